/* Preloaded into a lab: reads of its database fail with EIO now and then, while the file that STORM_READ_FAULTS names exists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef ssize_t (*read_at)(int, void *, size_t, off64_t);

static int fails(int descriptor) {
  static __thread unsigned int state = 0;
  const char *control = getenv("STORM_READ_FAULTS");
  if (control == NULL || access(control, F_OK) != 0) return 0;
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strstr(path, "basin.db") == NULL) return 0;
  if (state == 0) state = (unsigned int)getpid();
  return rand_r(&state) % 50 == 0;
}

static ssize_t read_or_fail(const char *name, int descriptor, void *buffer, size_t size, off64_t offset) {
  if (fails(descriptor)) {
    errno = EIO;
    return -1;
  }
  return ((read_at)dlsym(RTLD_NEXT, name))(descriptor, buffer, size, offset);
}

ssize_t pread64(int descriptor, void *buffer, size_t size, off64_t offset) {
  return read_or_fail("pread64", descriptor, buffer, size, offset);
}

ssize_t pread(int descriptor, void *buffer, size_t size, off_t offset) {
  return read_or_fail("pread", descriptor, buffer, size, offset);
}
