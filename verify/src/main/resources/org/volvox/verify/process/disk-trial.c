/*
 * A library to load before a program: makes its disk slow or fail where a file of rules says so, which is read
 * anew at each operation. A rule is a line "write|sync PART ACTION": PART is in the path of the file, ACTION is
 * a number of milliseconds to wait, EIO or ENOSPC. The environment's VOLVOX_TRIAL names the file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* What is to happen to an operation: 0 to go on, or how it fails. */
static int trial(int fd, const char *operation) {
  const char *rules = getenv("VOLVOX_TRIAL");
  char link[64], path[4096], line[1024], of[16], part[512], action[16];
  FILE *in;
  ssize_t length;
  int failure = 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (rules == NULL || (length = readlink(link, path, sizeof path - 1)) <= 0 || path[0] != '/') return 0;
  path[length] = 0;
  if ((in = fopen(rules, "re")) == NULL) return 0;
  while (failure == 0 && fgets(line, sizeof line, in) != NULL) {
    if (sscanf(line, "%15s %511s %15s", of, part, action) != 3) continue;
    if (strcmp(of, operation) != 0 || strstr(path, part) == NULL) continue;
    if (strcmp(action, "EIO") == 0) failure = EIO;
    else if (strcmp(action, "ENOSPC") == 0) failure = ENOSPC;
    else {
      long millis = atol(action);
      struct timespec span = {millis / 1000, millis % 1000 * 1000000L};
      nanosleep(&span, NULL);
    }
  }
  fclose(in);
  return failure;
}

#define REAL(type, name) \
  static type(*real) = NULL; \
  if (real == NULL) real = (type(*))dlsym(RTLD_NEXT, name)

typedef ssize_t positioned(int, const void *, size_t, off_t);
typedef ssize_t plain(int, const void *, size_t);
typedef int syncing(int);

ssize_t pwrite64(int fd, const void *from, size_t count, off_t at) {
  REAL(positioned, "pwrite64");
  int failure = trial(fd, "write");
  if (failure == 0) return real(fd, from, count, at);
  errno = failure;
  return -1;
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
  return pwrite64(fd, from, count, at);
}

ssize_t write(int fd, const void *from, size_t count) {
  REAL(plain, "write");
  int failure = fd > 2 ? trial(fd, "write") : 0;
  if (failure == 0) return real(fd, from, count);
  errno = failure;
  return -1;
}

int fsync(int fd) {
  REAL(syncing, "fsync");
  int failure = trial(fd, "sync");
  if (failure == 0) return real(fd);
  errno = failure;
  return -1;
}

int fdatasync(int fd) {
  REAL(syncing, "fdatasync");
  int failure = trial(fd, "sync");
  if (failure == 0) return real(fd);
  errno = failure;
  return -1;
}
