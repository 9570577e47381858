#include "EmbeddedData.h"

#include <string.h>

/* #embed is of C23; clang has it in every mode and warns in the older ones. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char airpassengers_csv[] = {
#embed "data/airpassengers.csv"
};
static const unsigned char breast_cancer_csv[] = {
#embed "data/breast_cancer.csv"
};
static const unsigned char co2_weekly_csv[] = {
#embed "data/co2_weekly.csv"
};
static const unsigned char digits8x8_csv[] = {
#embed "data/digits8x8.csv"
};
static const unsigned char earthquakes_csv[] = {
#embed "data/earthquakes.csv"
};
static const unsigned char emoji16_images_idx4_ubyte_gz[] = {
#embed "data/emoji16-images-idx4-ubyte.gz"
};
static const unsigned char emoji16_csv[] = {
#embed "data/emoji16.csv"
};
static const unsigned char faithful_csv[] = {
#embed "data/faithful.csv"
};
static const unsigned char fashion14_images_idx3_ubyte_gz[] = {
#embed "data/fashion14-images-idx3-ubyte.gz"
};
static const unsigned char fashion14_labels_idx1_ubyte_gz[] = {
#embed "data/fashion14-labels-idx1-ubyte.gz"
};
static const unsigned char inaugural_ldac[] = {
#embed "data/inaugural.ldac"
};
static const unsigned char inaugural_docs_csv[] = {
#embed "data/inaugural_docs.csv"
};
static const unsigned char inaugural_vocab_txt[] = {
#embed "data/inaugural_vocab.txt"
};
static const unsigned char iris_csv[] = {
#embed "data/iris.csv"
};
static const unsigned char names_txt[] = {
#embed "data/names.txt"
};
static const unsigned char nile_csv[] = {
#embed "data/nile.csv"
};
static const unsigned char shakespeare_txt[] = {
#embed "data/shakespeare.txt"
};
static const unsigned char sms_spam_small_tsv[] = {
#embed "data/sms_spam_small.tsv"
};
static const unsigned char sunspots_csv[] = {
#embed "data/sunspots.csv"
};
static const unsigned char tang_poems_txt[] = {
#embed "data/tang_poems.txt"
};
static const unsigned char wine_csv[] = {
#embed "data/wine.csv"
};
static const unsigned char wave_0_jackson_5_wav[] = {
#embed "data/spoken_digits/0_jackson_5.wav"
};
static const unsigned char wave_0_nicolas_5_wav[] = {
#embed "data/spoken_digits/0_nicolas_5.wav"
};
static const unsigned char wave_1_jackson_5_wav[] = {
#embed "data/spoken_digits/1_jackson_5.wav"
};
static const unsigned char wave_1_nicolas_5_wav[] = {
#embed "data/spoken_digits/1_nicolas_5.wav"
};
static const unsigned char wave_2_jackson_5_wav[] = {
#embed "data/spoken_digits/2_jackson_5.wav"
};
static const unsigned char wave_2_nicolas_5_wav[] = {
#embed "data/spoken_digits/2_nicolas_5.wav"
};
static const unsigned char wave_3_jackson_5_wav[] = {
#embed "data/spoken_digits/3_jackson_5.wav"
};
static const unsigned char wave_3_nicolas_5_wav[] = {
#embed "data/spoken_digits/3_nicolas_5.wav"
};
static const unsigned char wave_4_jackson_5_wav[] = {
#embed "data/spoken_digits/4_jackson_5.wav"
};
static const unsigned char wave_4_nicolas_5_wav[] = {
#embed "data/spoken_digits/4_nicolas_5.wav"
};
static const unsigned char wave_5_jackson_5_wav[] = {
#embed "data/spoken_digits/5_jackson_5.wav"
};
static const unsigned char wave_5_nicolas_5_wav[] = {
#embed "data/spoken_digits/5_nicolas_5.wav"
};
static const unsigned char wave_6_jackson_5_wav[] = {
#embed "data/spoken_digits/6_jackson_5.wav"
};
static const unsigned char wave_6_nicolas_5_wav[] = {
#embed "data/spoken_digits/6_nicolas_5.wav"
};
static const unsigned char wave_7_jackson_5_wav[] = {
#embed "data/spoken_digits/7_jackson_5.wav"
};
static const unsigned char wave_7_nicolas_5_wav[] = {
#embed "data/spoken_digits/7_nicolas_5.wav"
};
static const unsigned char wave_8_jackson_5_wav[] = {
#embed "data/spoken_digits/8_jackson_5.wav"
};
static const unsigned char wave_8_nicolas_5_wav[] = {
#embed "data/spoken_digits/8_nicolas_5.wav"
};
static const unsigned char wave_9_jackson_5_wav[] = {
#embed "data/spoken_digits/9_jackson_5.wav"
};
static const unsigned char wave_9_nicolas_5_wav[] = {
#embed "data/spoken_digits/9_nicolas_5.wav"
};

#define FILE_ROW(name, bytes) {name, bytes, sizeof bytes}

static const EmbeddedFile files[] = {
    FILE_ROW("airpassengers.csv", airpassengers_csv),
    FILE_ROW("breast_cancer.csv", breast_cancer_csv),
    FILE_ROW("co2_weekly.csv", co2_weekly_csv),
    FILE_ROW("digits8x8.csv", digits8x8_csv),
    FILE_ROW("earthquakes.csv", earthquakes_csv),
    FILE_ROW("emoji16-images-idx4-ubyte.gz", emoji16_images_idx4_ubyte_gz),
    FILE_ROW("emoji16.csv", emoji16_csv),
    FILE_ROW("faithful.csv", faithful_csv),
    FILE_ROW("fashion14-images-idx3-ubyte.gz", fashion14_images_idx3_ubyte_gz),
    FILE_ROW("fashion14-labels-idx1-ubyte.gz", fashion14_labels_idx1_ubyte_gz),
    FILE_ROW("inaugural.ldac", inaugural_ldac),
    FILE_ROW("inaugural_docs.csv", inaugural_docs_csv),
    FILE_ROW("inaugural_vocab.txt", inaugural_vocab_txt),
    FILE_ROW("iris.csv", iris_csv),
    FILE_ROW("names.txt", names_txt),
    FILE_ROW("nile.csv", nile_csv),
    FILE_ROW("shakespeare.txt", shakespeare_txt),
    FILE_ROW("sms_spam_small.tsv", sms_spam_small_tsv),
    FILE_ROW("sunspots.csv", sunspots_csv),
    FILE_ROW("tang_poems.txt", tang_poems_txt),
    FILE_ROW("wine.csv", wine_csv),
    FILE_ROW("spoken_digits/0_jackson_5.wav", wave_0_jackson_5_wav),
    FILE_ROW("spoken_digits/0_nicolas_5.wav", wave_0_nicolas_5_wav),
    FILE_ROW("spoken_digits/1_jackson_5.wav", wave_1_jackson_5_wav),
    FILE_ROW("spoken_digits/1_nicolas_5.wav", wave_1_nicolas_5_wav),
    FILE_ROW("spoken_digits/2_jackson_5.wav", wave_2_jackson_5_wav),
    FILE_ROW("spoken_digits/2_nicolas_5.wav", wave_2_nicolas_5_wav),
    FILE_ROW("spoken_digits/3_jackson_5.wav", wave_3_jackson_5_wav),
    FILE_ROW("spoken_digits/3_nicolas_5.wav", wave_3_nicolas_5_wav),
    FILE_ROW("spoken_digits/4_jackson_5.wav", wave_4_jackson_5_wav),
    FILE_ROW("spoken_digits/4_nicolas_5.wav", wave_4_nicolas_5_wav),
    FILE_ROW("spoken_digits/5_jackson_5.wav", wave_5_jackson_5_wav),
    FILE_ROW("spoken_digits/5_nicolas_5.wav", wave_5_nicolas_5_wav),
    FILE_ROW("spoken_digits/6_jackson_5.wav", wave_6_jackson_5_wav),
    FILE_ROW("spoken_digits/6_nicolas_5.wav", wave_6_nicolas_5_wav),
    FILE_ROW("spoken_digits/7_jackson_5.wav", wave_7_jackson_5_wav),
    FILE_ROW("spoken_digits/7_nicolas_5.wav", wave_7_nicolas_5_wav),
    FILE_ROW("spoken_digits/8_jackson_5.wav", wave_8_jackson_5_wav),
    FILE_ROW("spoken_digits/8_nicolas_5.wav", wave_8_nicolas_5_wav),
    FILE_ROW("spoken_digits/9_jackson_5.wav", wave_9_jackson_5_wav),
    FILE_ROW("spoken_digits/9_nicolas_5.wav", wave_9_nicolas_5_wav),
};

const EmbeddedFile *embedded_file(const char *name) {
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (strcmp(files[i].name, name) == 0) return &files[i];
    return NULL;
}
