/* Loaded before libc: the Nth write, sync, truncation, renaming or unlinking of a file below $FAULT_BELOW fails, or the process dies there.
 *
 *   arm(n, how)     how: 0 only count, 1 EIO not done, 2 EIO done, 3 ENOSPC not done, 4 ENOSPC half written, 5 killed before, 6 killed after
 *   seen()          how many such calls there were since
 *
 * A write that is "done" is on its way as any other; "half" writes the first half of the bytes, as a full disk does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long at, count;
static int manner;

void arm(long n, int how) { at = n; manner = how; count = 0; }
long seen(void) { return count; }

static int below(const char *path) {
  const char *folder = getenv("FAULT_BELOW");
  return folder && path && !strncmp(path, folder, strlen(folder));
}

static int ours(int fd) {
  char link[64], path[4096];
  if (!manner && !at) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return below(path);
}

static int due(int mine) { return mine && ++count == at ? manner : 0; }
static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* The call fails instead of being done, or is done and fails then. */
#define FAULTY(mine, call, half)                                                \
  int how = due(mine);                                                          \
  if (how == 5) die();                                                          \
  if (how == 1) { errno = EIO; return -1; }                                     \
  if (how == 3) { errno = ENOSPC; return -1; }                                  \
  if (how == 4) { half; errno = ENOSPC; return -1; }                            \
  __typeof__(call) result = call;                                               \
  if (how == 6) die();                                                          \
  if (how == 2) { errno = EIO; return -1; }                                     \
  return result;

#define REAL(name, type) static type real; if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*pwrite_t)(int, const void *, size_t, off64_t);
typedef ssize_t (*write_t)(int, const void *, size_t);
typedef int (*sync_t)(int);
typedef int (*truncate_t)(int, off64_t);
typedef int (*rename_t)(const char *, const char *);
typedef int (*unlink_t)(const char *);

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t place) {
  REAL("pwrite64", pwrite_t);
  FAULTY(ours(fd), real(fd, data, size, place), (void)!real(fd, data, size / 2, place))
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t place) {
  REAL("pwrite", pwrite_t);
  FAULTY(ours(fd), real(fd, data, size, place), (void)!real(fd, data, size / 2, place))
}
ssize_t write(int fd, const void *data, size_t size) {
  REAL("write", write_t);
  FAULTY(ours(fd), real(fd, data, size), (void)!real(fd, data, size / 2))
}
int fsync(int fd) { REAL("fsync", sync_t); FAULTY(ours(fd), real(fd), ) }
int fdatasync(int fd) { REAL("fdatasync", sync_t); FAULTY(ours(fd), real(fd), ) }
int ftruncate64(int fd, off64_t size) { REAL("ftruncate64", truncate_t); FAULTY(ours(fd), real(fd, size), ) }
int ftruncate(int fd, off_t size) { REAL("ftruncate", truncate_t); FAULTY(ours(fd), real(fd, size), ) }
int rename(const char *from, const char *to) { REAL("rename", rename_t); FAULTY((manner || at) && below(from), real(from, to), ) }
int unlink(const char *path) { REAL("unlink", unlink_t); FAULTY((manner || at) && below(path), real(path), ) }
