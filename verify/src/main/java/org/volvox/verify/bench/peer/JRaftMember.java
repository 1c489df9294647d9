package org.volvox.verify.bench.peer;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcServerFactory;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A member of a SOFAJRaft group over Bolt, with a map in memory. */
public final class JRaftMember {
  /** The group's name. */
  public static final String GROUP = "race";

  private static final byte[] NOTHING = {};

  private JRaftMember() {}

  /** Arguments: this member's address, its folder, and the addresses of all with commas. */
  public static void main(String[] arguments) throws IOException {
    Parent.watch();
    JRaftMessage.register();
    PeerId self = PeerId.parsePeer(arguments[0]);
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    Configuration members = new Configuration();
    if (!members.parse(arguments[2])) throw new IOException("no members: " + arguments[2]);
    Store store = new Store();
    NodeOptions options = new NodeOptions();
    options.setInitialConf(members);
    options.setFsm(new Values(store));
    options.setLogUri(folder.resolve("log").toString());
    options.setRaftMetaUri(folder.resolve("meta").toString());
    RpcServer server = RaftRpcServerFactory.createRaftRpcServer(self.getEndpoint());
    Requests requests = new Requests(store);
    server.registerProcessor(requests);
    requests.node = new RaftGroupService(GROUP, self, options, server).start();
  }

  private static final class Values extends StateMachineAdapter {
    private final Store store;

    Values(Store store) {
      this.store = store;
    }

    @Override
    public void onApply(Iterator entries) {
      while (entries.hasNext()) {
        store.apply(entries.getData());
        Closure done = entries.done();
        if (done != null) done.run(Status.OK());
        entries.next();
      }
    }
  }

  private static final class Requests implements RpcProcessor<JRaftMessage> {
    private final Store store;
    private volatile @Nullable Node node;

    Requests(Store store) {
      this.store = store;
    }

    @Override
    public String interest() {
      return JRaftMessage.class.getName();
    }

    @Override
    public void handleRequest(RpcContext context, JRaftMessage request) {
      Node running = node;
      if (running == null) {
        context.sendResponse(JRaftMessage.failed("starting"));
        return;
      }
      byte[] entry = request.bytes();
      ByteBuffer data = ByteBuffer.wrap(entry);
      if (Entry.isRead(entry)) {
        running.readIndex(
            NOTHING,
            new ReadIndexClosure() {
              @Override
              public void run(Status status, long index, byte[] unused) {
                context.sendResponse(answer(status, status.isOk() ? store.read(data) : NOTHING));
              }
            });
      } else {
        running.apply(new Task(data, status -> context.sendResponse(answer(status, NOTHING))));
      }
    }

    private static JRaftMessage answer(Status status, byte[] value) {
      return status.isOk() ? JRaftMessage.done(value) : JRaftMessage.failed(status.toString());
    }
  }
}
