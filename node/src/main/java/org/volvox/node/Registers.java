package org.volvox.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.consensus.paxos.Acceptors;
import org.volvox.kernel.RegisterSeats;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.register.RegisterDuties;
import org.volvox.node.register.RegisterHost;
import org.volvox.storage.StateStore;

/** Opens what a node remembers of registers, and looks after it. */
final class Registers {
  private static final String FOLDER = "registers";

  private Registers() {}

  static RegisterHost open(
      NodeFolder folder,
      StateStore state,
      RegisterHost.Wiring wiring,
      Consumer<Node.Closing> closings)
      throws FolderException, IOException {
    Path path = folder.file(FOLDER);
    if (!Files.isDirectory(path) && isAcceptor(folder, state)) {
      throw new FolderException(
          FolderException.Kind.DAMAGED,
          "the store of the registers in "
              + path
              + " is gone, and with it what this node has promised to the others: put it back, or "
              + NodeFolder.replaceIt(folder.node()));
    }
    RegisterHost host = RegisterHost.open(folder.node(), (int) folder.incarnation(), path, wiring);
    closings.accept(new Node.Closing("registers", host::stop));
    return host;
  }

  private static boolean isAcceptor(NodeFolder folder, StateStore state) throws IOException {
    try (OrderedStore.Snapshot view = state.snapshot()) {
      Bytes decided = RegisterSeats.acceptors(view);
      return !decided.isEmpty()
          && Acceptors.read(new ByteReader(decided)).all().contains(folder.node());
    } catch (MalformedException e) {
      throw new IOException("who the acceptors of registers are: " + e.getMessage(), e);
    }
  }

  static void lookAfter(
      NodeFolder folder, RegisterDuties.Parts parts, Consumer<Node.Closing> closings) {
    RegisterDuties duties = new RegisterDuties(folder.node(), parts);
    parts.host().start();
    duties.start();
    closings.accept(new Node.Closing("register duties", duties::close));
  }
}
