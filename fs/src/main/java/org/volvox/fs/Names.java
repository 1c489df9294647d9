package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileKind;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.Status;

/** Calls that change which names there are. Each checks all before it writes anything. */
final class Names {
  private Names() {}

  static void makeDirectory(String path, boolean parents, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    if (parents) {
      makeDirectories(path, now, batch);
      return;
    }
    Directories.Place place = Directories.walk(path, batch);
    if (place.entry().isPresent()) {
      throw new Refused(Status.EXISTS, path + ": exists");
    }
    Directories.makeDirectory(place.parent(), place.ownName(), now, batch);
  }

  private static void makeDirectories(String text, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    FilePath path = FilePath.parse(text);
    List<Long> above = new ArrayList<>(List.of(Inode.ROOT));
    List<String> missing = new ArrayList<>();
    for (String name : path.names()) {
      if (!missing.isEmpty()) {
        if (FilePath.isDots(name)) {
          throw new Refused(Status.NOT_FOUND, text + ": no directory " + missing.getLast());
        }
        missing.add(name);
      } else if (name.equals("..")) {
        if (above.size() > 1) {
          above.removeLast();
        }
      } else if (!name.equals(".")) {
        Optional<Directories.Entry> entry = Directories.lookUp(above.getLast(), name, batch);
        if (entry.isPresent() && !entry.get().isDirectory()) {
          throw new Refused(Status.NOT_DIRECTORY, text + ": " + name + " is not a directory");
        }
        entry.ifPresentOrElse(found -> above.add(found.inode()), () -> missing.add(name));
      }
    }
    long parent = above.getLast();
    for (String name : missing) {
      Directories.makeDirectory(parent, name, now, batch);
      parent = Directories.lookUp(parent, name, batch).orElseThrow().inode();
    }
  }

  static Inode putInline(FileCall.PutInline call, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Directories.Place place = Directories.walk(call.path(), batch);
    checkSmall(call.path(), call.data(), call.digest(), place);
    return newSmall(call.data(), call.digest(), place, now, batch);
  }

  static Inode writeSmall(FileCall.WriteSmall call, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Directories.Place place = Directories.walk(call.path(), batch);
    checkSmall(call.path(), call.data(), call.digest(), place);
    Optional<Inode> there =
        place.entry().map(entry -> Inode.of(entry.inode(), batch)).filter(Inode::inline);
    return there.isPresent()
        ? small(there.get().id(), call.data(), call.digest(), now, batch)
        : newSmall(call.data(), call.digest(), place, now, batch);
  }

  private static void checkSmall(String path, Bytes data, Bytes digest, Directories.Place place)
      throws Refused {
    place.checkFile();
    if (data.length() > FileLimits.INLINE_BYTES_MAX) {
      throw new Refused(
          Status.TOO_LARGE,
          path + ": " + data.length() + " bytes, inline at most " + FileLimits.INLINE_BYTES_MAX);
    }
    if (digest.length() != FileLimits.DIGEST_BYTES) {
      throw new Refused(Status.INVALID, "digest of " + digest.length() + " bytes");
    }
  }

  private static Inode newSmall(
      Bytes data, Bytes digest, Directories.Place place, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Inode inode = small(Counters.takeInode(batch), data, digest, now, batch);
    name(inode, place, now, batch);
    return inode;
  }

  /** Stores an inode with what it holds. */
  private static Inode small(
      long id, Bytes data, Bytes digest, WallTime now, OrderedStore.Batch batch) {
    Inode inode = new Inode(id, FileKind.FILE, data.length(), now, now, digest, true);
    batch.put(FsKeys.key('l', id), data);
    inode.store(batch);
    return inode;
  }

  static Inode finishUpload(
      FileCall.FinishUpload call, SessionId session, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Inode inode = Uploads.finish(call, session, now, batch);
    Upload upload = Uploads.owned(call.upload(), session, batch);
    Directories.Place place = Directories.walk(upload.path(), batch);
    place.checkFile();
    Uploads.close(upload, now, batch);
    inode.store(batch);
    name(inode, place, now, batch);
    return inode;
  }

  /** Gives a file its name, in the place of the file that had it. */
  private static void name(
      Inode inode, Directories.Place place, WallTime now, OrderedStore.Batch batch) throws Refused {
    String name = place.ownName();
    place.entry().ifPresent(replaced -> DeleteQueue.unnamed(replaced, now, batch));
    Directories.link(
        place.parent(), name, new Directories.Entry(inode.id(), FileKind.FILE), now, batch);
  }

  static void rename(FileCall.Rename call, WallTime now, OrderedStore.Batch batch) throws Refused {
    Directories.Place from = Directories.walk(call.from(), batch);
    Directories.Place to = Directories.walk(call.to(), batch);
    Directories.Entry moved = from.existing();
    String oldName = from.ownName();
    String newName = to.ownName();
    if (to.entry().equals(from.entry())) {
      return; // One name: POSIX says that nothing happens.
    }
    checkTarget(call, moved, to, batch);
    to.entry()
        .ifPresent(replaced -> {
          Directories.unlink(to.parent(), newName, now, batch);
          DeleteQueue.unnamed(replaced, now, batch);
        });
    Directories.unlink(from.parent(), oldName, now, batch);
    Directories.link(to.parent(), newName, moved, now, batch);
    Inode.of(moved.inode(), batch).changedAt(now).store(batch);
  }

  private static void checkTarget(
      FileCall.Rename call,
      Directories.Entry moved,
      Directories.Place to,
      OrderedStore.Reader state)
      throws Refused {
    if (moved.isDirectory()) {
      if (to.above().contains(moved.inode())) {
        throw new Refused(Status.LOOP, call.from() + ": cannot be moved into itself, " + call.to());
      }
      if (to.entry().isPresent()) {
        checkReplaceable(call.to(), to.entry().get(), state);
      }
    } else if (to.entry().isPresent() && to.entry().get().isDirectory()) {
      throw new Refused(Status.IS_DIRECTORY, call.to() + ": is a directory");
    } else if (to.path().mustBeDirectory()) {
      throw new Refused(Status.NOT_DIRECTORY, call.from() + ": is not a directory");
    }
  }

  private static void checkReplaceable(
      String path, Directories.Entry target, OrderedStore.Reader state) throws Refused {
    if (!target.isDirectory()) {
      throw new Refused(Status.NOT_DIRECTORY, path + ": is not a directory");
    }
    if (Inode.of(target.inode(), state).size() > 0) {
      throw new Refused(Status.NOT_EMPTY, path + ": directory is not empty");
    }
  }

  static void remove(String path, boolean recursive, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Directories.Place place = Directories.walk(path, batch);
    Directories.Entry entry = place.existing();
    String name = place.ownName();
    if (entry.isDirectory() && !recursive && Inode.of(entry.inode(), batch).size() > 0) {
      throw new Refused(Status.NOT_EMPTY, path + ": directory is not empty");
    }
    Directories.unlink(place.parent(), name, now, batch);
    DeleteQueue.unnamed(entry, now, batch);
  }

  static void setTimes(FileCall.SetTimes call, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Directories.Entry entry = Directories.walk(call.path(), batch).existing();
    Inode.of(entry.inode(), batch).modifiedAt(call.modified(), now).store(batch);
  }

  static Inode stat(String path, OrderedStore.Reader state) throws Refused {
    return Inode.of(Directories.walk(path, state).existing().inode(), state);
  }

  /** A file that a path or an inode names; refused for a directory. */
  static Inode file(String path, OrderedStore.Reader state) throws Refused {
    Inode inode = stat(path, state);
    if (inode.isDirectory()) {
      throw new Refused(Status.IS_DIRECTORY, path + ": is a directory");
    }
    return inode;
  }

  static Inode file(long id, OrderedStore.Reader state) throws Refused {
    return Inode.find(id, state)
        .filter(inode -> !inode.isDirectory())
        .orElseThrow(() -> new Refused(Status.NOT_FOUND, "no file with inode " + id));
  }

  /** The bytes of an answer about an inode. */
  static Bytes answer(Inode inode) {
    return inode.stat().encode();
  }
}
