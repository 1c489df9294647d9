package org.volvox.node.folder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Deletes what lies under a folder; whatever goes by itself meanwhile is as good as deleted. */
public final class FolderTree {
  private FolderTree() {}

  /** Deletes the folder and all below it, following no links; nothing there is well, too. */
  public static void delete(Path root) throws IOException {
    deleteContents(root);
    Files.deleteIfExists(root);
  }

  /** Deletes all below the folder and leaves it. */
  public static void deleteContents(Path root) throws IOException {
    if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
        for (Path entry : entries) {
          delete(entry);
        }
      } catch (NoSuchFileException e) {
        return; // Gone by itself.
      }
    }
  }
}
