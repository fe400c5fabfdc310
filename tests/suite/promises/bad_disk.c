// A disk that refuses now and then: loaded before libc, it makes calls that write to the hall's database and mark fail.
//
// BAD_DISK_ARMED  a file; only while it exists anything fails
// BAD_DISK_SEED   of the dice
// BAD_DISK_CHANCE how many calls in a thousand fail
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static uint64_t thrown;

// SplitMix64.
static uint64_t dice(void) {
    const char *seed = getenv("BAD_DISK_SEED");
    uint64_t turn = __sync_add_and_fetch(&thrown, 1);
    uint64_t mixed = (seed ? strtoull(seed, NULL, 10) : 0) + turn * 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
}

static int is_meant(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "/hall.sqlite") != NULL || strstr(path, "/hall.mark") != NULL;
}

// 0, or the error that this call is to end with.
static int refusal(int fd) {
    int before = errno;
    const char *armed = getenv("BAD_DISK_ARMED"), *chance = getenv("BAD_DISK_CHANCE");
    int refused = 0;
    if (armed && chance && access(armed, F_OK) == 0 && is_meant(fd)) {
        uint64_t thrown = dice();
        if (thrown % 1000 < strtoull(chance, NULL, 10)) refused = (thrown >> 32) % 2 ? EIO : ENOSPC;
    }
    errno = before;
    return refused;
}

#define NEXT(name) \
    static __typeof__(name) *next; \
    if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define REFUSE(fd, half) \
    do { \
        int error = refusal(fd); \
        if (error) { \
            half; \
            errno = error; \
            return -1; \
        } \
    } while (0)

// A write that fails may have written a part.
ssize_t write(int fd, const void *from, size_t size) {
    NEXT(write);
    REFUSE(fd, if (next(fd, from, size / 2) < 0) {});
    return next(fd, from, size);
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
    NEXT(pwrite);
    REFUSE(fd, if (next(fd, from, size / 2, at) < 0) {});
    return next(fd, from, size, at);
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
    NEXT(pwrite64);
    REFUSE(fd, if (next(fd, from, size / 2, at) < 0) {});
    return next(fd, from, size, at);
}

int fsync(int fd) {
    NEXT(fsync);
    REFUSE(fd, );
    return next(fd);
}

int fdatasync(int fd) {
    NEXT(fdatasync);
    REFUSE(fd, );
    return next(fd);
}

int ftruncate(int fd, off_t size) {
    NEXT(ftruncate);
    REFUSE(fd, );
    return next(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    NEXT(ftruncate64);
    REFUSE(fd, );
    return next(fd, size);
}
