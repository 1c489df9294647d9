package org.volvox.cli.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What the kernel thinks of its clock: adjtimex(2) with nothing to change, which anybody may ask.
 *
 * @param isSynchronized whether something (chrony, ntpd, systemd-timesyncd) keeps it to others
 * @param maxErrorMicros by how much it is off at most, as that says
 */
record KernelClock(boolean isSynchronized, long maxErrorMicros) {
  /** struct timex has 208 bytes where long has 64 bits; this is room for more. */
  private static final long TIMEX_BYTES = 512;

  private static final long MAX_ERROR_AT = 24;
  private static final long STATUS_AT = 40;
  private static final int STA_UNSYNC = 0x40;

  /** Empty where there is no such call. */
  static Optional<KernelClock> read() {
    Optional<MemorySegment> function = Linker.nativeLinker().defaultLookup().find("adjtimex");
    if (function.isEmpty()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle adjtimex =
          Linker.nativeLinker()
              .downcallHandle(
                  function.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      MemorySegment timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
      int state = (int) adjtimex.invokeExact(timex);
      if (state < 0) {
        return Optional.empty();
      }
      int status = timex.get(ValueLayout.JAVA_INT, STATUS_AT);
      return Optional.of(
          new KernelClock(
              (status & STA_UNSYNC) == 0, timex.get(ValueLayout.JAVA_LONG, MAX_ERROR_AT)));
    } catch (Throwable none) { // A handle's call declares it.
      return Optional.empty();
    }
  }
}
