#pragma once
#include <histedit.h>
#include <pty.h>
#include <stdio.h>
#include <sys/ioctl.h>

// Swift calls no variadic functions, and its `stdin` is a mutable global; so each call is spelled out here.

typedef unsigned char (*latent_key_function)(EditLine *, int);
typedef wchar_t *(*latent_prompt_function)(EditLine *);

static inline EditLine *latent_edit_init(const char *program) { return el_init(program, stdin, stdout, stderr); }
static inline int latent_edit_set(EditLine *el, int option, int value) { return el_wset(el, option, value); }
static inline int latent_edit_set_editor(EditLine *el, const wchar_t *editor) { return el_wset(el, EL_EDITOR, editor); }
static inline int latent_edit_set_client_data(EditLine *el, void *data) { return el_wset(el, EL_CLIENTDATA, data); }
static inline void *latent_edit_client_data(EditLine *el) {
    void *data = NULL;
    el_wget(el, EL_CLIENTDATA, &data);
    return data;
}
static inline int latent_edit_set_prompt(EditLine *el, latent_prompt_function prompt, wchar_t escape) {
    return el_wset(el, EL_PROMPT_ESC, prompt, escape);
}
static inline int latent_edit_add_function(EditLine *el, const wchar_t *name, const wchar_t *help, latent_key_function function) {
    return el_wset(el, EL_ADDFN, name, help, function);
}
static inline int latent_edit_bind(EditLine *el, const wchar_t *key, const wchar_t *function) {
    return el_wset(el, EL_BIND, key, function, NULL);
}
static inline int latent_edit_set_history(EditLine *el, HistoryW *history) { return el_wset(el, EL_HIST, history_w, history); }

static inline int latent_history_set(HistoryW *history, int option, int value) {
    HistEventW event;
    return history_w(history, &event, option, value);
}
static inline int latent_history_enter(HistoryW *history, const wchar_t *line) {
    HistEventW event;
    return history_w(history, &event, H_ENTER, line);
}

/// The width of a terminal in columns; 0 where the descriptor is none.
static inline int latent_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
