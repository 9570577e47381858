// The threads that run plans. A run publishes one word, the number of chunks left; whoever takes it down by one owns a chunk.
// A claim that succeeds holds the run open, so what it reads about the task afterwards belongs to that run and no other.
#include "Kernels.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    line = 128,                 // pairs of cache lines are fetched together
    spin_nanoseconds = 200000,  // waking a parked thread costs about 40 us: spin some times that before parking
    linger_nanoseconds = 100000,
    yield_after = 4096,  // rounds of waiting before the core is offered to others
};

struct lk_pool {
    _Alignas(line) _Atomic int64_t left;  // chunks that nobody has claimed; zero or less when there is nothing to do
    _Alignas(line) _Atomic int64_t done;
    _Alignas(line) lk_task task;
    void *context;
    int64_t chunks;
    _Alignas(line) _Atomic int depth;  // begins without an end
    _Atomic(const void *) owner;       // the thread that began; any other thread's runs stay on that thread
    _Atomic int sleepers;
    _Atomic bool stop;
    bool running, crowded;
    int threads;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    uint64_t calls;  // guarded by mutex
    struct lk_worker {
        struct lk_pool *pool;
        pthread_t thread;
        int index;
    } workers[];
};

/// This thread's number in the pool that started it; its address tells threads apart.
static _Thread_local int worker_index = 0;

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/// Claims and runs chunks until none is left.
static void work(lk_pool *pool, int worker) {
    int64_t finished = 0, left;
    while ((left = atomic_fetch_sub_explicit(&pool->left, 1, memory_order_acq_rel)) > 0) {
        pool->task(pool->context, pool->chunks - left, worker);
        finished++;
    }
    if (finished) atomic_fetch_add_explicit(&pool->done, finished, memory_order_release);
}

/// Sleeps until called, unless there is work by now.
static void park(lk_pool *pool) {
    pthread_mutex_lock(&pool->mutex);
    uint64_t seen = pool->calls;
    atomic_fetch_add(&pool->sleepers, 1);
    // The publisher stores first and looks for sleepers next; this side does the reverse, so one of the two sees the other.
    while (pool->calls == seen && atomic_load(&pool->left) <= 0 && !atomic_load(&pool->stop)) pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void call(lk_pool *pool) {
    if (atomic_load(&pool->sleepers) == 0) return;
    pthread_mutex_lock(&pool->mutex);
    pool->calls++;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

static void *worker_main(void *argument) {
    struct lk_worker *self = argument;
    lk_pool *pool = self->pool;
    worker_index = self->index;
    int64_t since = nanoseconds();
    while (!atomic_load_explicit(&pool->stop, memory_order_relaxed)) {
        bool found = false;
        for (int i = 0; i < 64 && !found; i++) {
            found = atomic_load_explicit(&pool->left, memory_order_acquire) > 0;
            if (!found) pause_briefly();
        }
        if (found) {
            work(pool, self->index);
            since = nanoseconds();
            continue;
        }
        if (pool->crowded) sched_yield();
        int64_t limit = atomic_load_explicit(&pool->depth, memory_order_relaxed) ? spin_nanoseconds : linger_nanoseconds;
        if (nanoseconds() - since > limit) {
            park(pool);
            since = nanoseconds();
        }
    }
    return NULL;
}

int lk_pool_threads(const lk_pool *pool) { return pool->threads; }

static void finish(lk_pool *pool, int started) {
    atomic_store(&pool->stop, true);
    call(pool);
    for (int i = 1; i < started; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

lk_pool *lk_pool_create(int threads) {
    if (threads < 1 || threads > 1024) return NULL;
    size_t size = sizeof(lk_pool) + (size_t)threads * sizeof(struct lk_worker);
    lk_pool *pool = aligned_alloc(line, (size + line - 1) / line * line);
    if (!pool) return NULL;
    *pool = (lk_pool){.threads = threads, .crowded = threads > sysconf(_SC_NPROCESSORS_ONLN)};
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    // Signals are for the threads of the program, never for these.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = 1;
    for (; started < threads; started++) {
        struct lk_worker *worker = &pool->workers[started];
        worker->pool = pool;
        worker->index = started;
        if (pthread_create(&worker->thread, NULL, worker_main, worker)) break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started < threads) {
        finish(pool, started);
        return NULL;
    }
    return pool;
}

void lk_pool_destroy(lk_pool *pool) {
    if (pool) finish(pool, pool->threads);
}

void lk_pool_begin(lk_pool *pool) {
    const void *nobody = NULL;
    if (!atomic_compare_exchange_strong(&pool->owner, &nobody, &worker_index) && nobody != &worker_index) return;
    if (atomic_fetch_add(&pool->depth, 1) == 0) call(pool);
}

void lk_pool_end(lk_pool *pool) {
    if (atomic_load(&pool->owner) != &worker_index) return;
    if (atomic_fetch_sub(&pool->depth, 1) == 1) atomic_store(&pool->owner, NULL);
}

void lk_pool_run(lk_pool *pool, int64_t chunks, lk_task task, void *context) {
    bool mine = atomic_load_explicit(&pool->owner, memory_order_relaxed) == &worker_index;
    if (!mine || pool->running || chunks < 2 || pool->threads == 1) {
        for (int64_t i = 0; i < chunks; i++) task(context, i, worker_index);
        return;
    }
    pool->running = true;
    pool->task = task;
    pool->context = context;
    pool->chunks = chunks;
    atomic_store_explicit(&pool->done, 0, memory_order_relaxed);
    atomic_store(&pool->left, chunks);
    call(pool);
    work(pool, worker_index);
    for (int round = 0; atomic_load_explicit(&pool->done, memory_order_acquire) < chunks; round++) {
        // A worker that holds a chunk may have lost its core to another program.
        if (pool->crowded || round > yield_after) sched_yield();
        else pause_briefly();
    }
    pool->running = false;
}
