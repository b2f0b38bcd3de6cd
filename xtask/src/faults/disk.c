/* A disk that fails once, or whose power is cut, between a program and its files. Loaded into the program under test
 * (LD_PRELOAD); never part of a build that ships.
 *
 *   FAULT_FOLDER   files below it are watched
 *   FAULT_AT       the number of the operation (from 1) at which it happens; 0 only counts
 *   FAULT_KIND     eio | enospc: that one operation fails; cut: everything since the last sync of each file is undone,
 *                  but for what FAULT_KEEP lets through, and the program ends at once
 *   FAULT_KEEP     percent of the unsynced writes that reached the disk all the same, in whatever order
 *   FAULT_SEED     chooses them
 *   FAULT_COUNT    a file that gets the number of operations when the program ends
 *
 * An operation is a write, a sync, a change of length or a new name. Folder entries are taken for safe at once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096
#define FILES 256

struct undo {
    struct undo *before;
    off_t at;
    size_t old_bytes, new_bytes;
    unsigned char *old, *fresh;
    int is_length;
};

struct file {
    dev_t dev;
    ino_t ino;
    char path[512];
    off_t safe_length;
    struct undo *last;
};

static struct file files[FILES];
static int file_count, of_fd[FDS];
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static long operations, fault_at;
static const char *folder, *kind;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *);

__attribute__((constructor)) static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_openat = dlsym(RTLD_NEXT, "openat");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_rename = dlsym(RTLD_NEXT, "rename");
    folder = getenv("FAULT_FOLDER");
    kind = getenv("FAULT_KIND");
    fault_at = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
    for (int fd = 0; fd < FDS; fd++) of_fd[fd] = -1;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNT");
    FILE *out = path ? fopen(path, "w") : NULL;
    if (out) {
        fprintf(out, "%ld\n", operations);
        fclose(out);
    }
}

static int is_watched(const char *path) {
    size_t length = strlen(path);
    if (!folder || strncmp(path, folder, strlen(folder)) != 0) return 0;
    /* Shared memory is rebuilt after a power cut; nobody relies on it. */
    return !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static void watch(int fd, const char *path) {
    struct stat is;
    if (fd < 0 || fd >= FDS || !is_watched(path) || fstat(fd, &is) != 0 || !S_ISREG(is.st_mode)) return;
    pthread_mutex_lock(&one);
    int place = 0;
    while (place < file_count && (files[place].dev != is.st_dev || files[place].ino != is.st_ino)) place++;
    if (place == file_count && file_count < FILES) {
        file_count++;
        files[place].dev = is.st_dev;
        files[place].ino = is.st_ino;
        files[place].safe_length = is.st_size;
        snprintf(files[place].path, sizeof files[place].path, "/proc/self/fd/%d", fd);
        char real[512];
        ssize_t got = readlink(files[place].path, real, sizeof real - 1);
        if (got > 0) {
            real[got] = 0;
            strcpy(files[place].path, real);
        }
    }
    of_fd[fd] = place < FILES ? place : -1;
    pthread_mutex_unlock(&one);
}

static struct file *watched(int fd) {
    return fd >= 0 && fd < FDS && of_fd[fd] >= 0 ? &files[of_fd[fd]] : NULL;
}

static uint64_t state;
static unsigned chance(void) {
    state += 0x9E3779B97F4A7C15ull;
    uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBull;
    return (unsigned)((mixed ^ (mixed >> 31)) % 100);
}

static void lose_unsynced(struct file *file, unsigned keep) {
    int fd = real_open(file->path, O_RDWR);
    if (fd < 0) return;
    int count = 0;
    for (struct undo *undo = file->last; undo; undo = undo->before, count++)
        if (undo->old_bytes) real_pwrite(fd, undo->old, undo->old_bytes, undo->at);
    real_ftruncate(fd, file->safe_length);
    struct undo **all = malloc(sizeof *all * (count + 1));
    int place = count;
    for (struct undo *undo = file->last; undo; undo = undo->before) all[--place] = undo;
    for (int next = 0; next < count; next++)
        if (!all[next]->is_length && chance() < keep)
            real_pwrite(fd, all[next]->fresh, all[next]->new_bytes, all[next]->at);
    real_close(fd);
}

static void cut(void) {
    state = getenv("FAULT_SEED") ? strtoull(getenv("FAULT_SEED"), NULL, 10) : 1;
    unsigned keep = getenv("FAULT_KEEP") ? (unsigned)atoi(getenv("FAULT_KEEP")) : 0;
    for (int place = 0; place < file_count; place++) lose_unsynced(&files[place], keep);
    _exit(86);
}

/* Counts one operation; answers whether it fails. Called with the lock held. */
static int falls_due(void) {
    if (++operations != fault_at || !kind) return 0;
    if (strcmp(kind, "cut") == 0) cut();
    errno = strcmp(kind, "enospc") == 0 ? ENOSPC : EIO;
    return 1;
}

static void remember(struct file *file, int fd, const void *bytes, size_t count, off_t at) {
    struct stat is;
    if (!kind || strcmp(kind, "cut") != 0 || fstat(fd, &is) != 0) return;
    struct undo *undo = calloc(1, sizeof *undo);
    undo->at = at;
    undo->is_length = bytes == NULL;
    if (bytes) {
        undo->fresh = malloc(count);
        memcpy(undo->fresh, bytes, count);
        undo->new_bytes = count;
    } else {
        count = is.st_size > at ? (size_t)(is.st_size - at) : 0;
    }
    if (is.st_size > at && count) {
        undo->old = malloc(count);
        /* Not through a handle of our own: closing it would drop the locks that SQLite holds. */
        ssize_t got = pread(fd, undo->old, count, at);
        undo->old_bytes = got > 0 ? (size_t)got : 0;
    }
    undo->before = file->last;
    file->last = undo;
}

static void made_safe(struct file *file, int fd) {
    struct stat is;
    while (file->last) {
        struct undo *gone = file->last;
        file->last = gone->before;
        free(gone->old);
        free(gone->fresh);
        free(gone);
    }
    if (fstat(fd, &is) == 0) file->safe_length = is.st_size;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    pthread_mutex_lock(&one);
    struct file *file = watched(fd);
    if (file && falls_due()) {
        pthread_mutex_unlock(&one);
        return -1;
    }
    if (file) remember(file, fd, bytes, count, at);
    ssize_t done = real_pwrite(fd, bytes, count, at);
    pthread_mutex_unlock(&one);
    return done;
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return pwrite(fd, bytes, count, at); }

ssize_t write(int fd, const void *bytes, size_t count) {
    pthread_mutex_lock(&one);
    struct file *file = watched(fd);
    if (file && falls_due()) {
        pthread_mutex_unlock(&one);
        return -1;
    }
    if (file) remember(file, fd, bytes, count, lseek(fd, 0, SEEK_CUR));
    ssize_t done = real_write(fd, bytes, count);
    pthread_mutex_unlock(&one);
    return done;
}

static int synced(int fd, int (*real)(int)) {
    pthread_mutex_lock(&one);
    struct file *file = watched(fd);
    int done = file && falls_due() ? -1 : real(fd);
    if (file && done == 0) made_safe(file, fd);
    pthread_mutex_unlock(&one);
    return done;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

int ftruncate(int fd, off_t length) {
    pthread_mutex_lock(&one);
    struct file *file = watched(fd);
    int done = -1;
    if (!file || !falls_due()) {
        if (file) remember(file, fd, NULL, 0, length);
        done = real_ftruncate(fd, length);
    }
    pthread_mutex_unlock(&one);
    return done;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int rename(const char *from, const char *to) {
    pthread_mutex_lock(&one);
    int done = is_watched(from) && falls_due() ? -1 : real_rename(from, to);
    for (int place = 0; done == 0 && place < file_count; place++)
        if (strcmp(files[place].path, from) == 0) snprintf(files[place].path, sizeof files[place].path, "%s", to);
    pthread_mutex_unlock(&one);
    return done;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = real_open(path, flags, va_arg(more, int));
    va_end(more);
    watch(fd, path);
    return fd;
}
int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = real_open(path, flags, va_arg(more, int));
    va_end(more);
    watch(fd, path);
    return fd;
}
int openat(int at, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = real_openat(at, path, flags, va_arg(more, int));
    va_end(more);
    watch(fd, path);
    return fd;
}
int openat64(int at, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = real_openat(at, path, flags, va_arg(more, int));
    va_end(more);
    watch(fd, path);
    return fd;
}

int close(int fd) {
    pthread_mutex_lock(&one);
    if (fd >= 0 && fd < FDS) of_fd[fd] = -1;
    int done = real_close(fd);
    pthread_mutex_unlock(&one);
    return done;
}
