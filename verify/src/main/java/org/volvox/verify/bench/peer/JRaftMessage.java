package org.volvox.verify.bench.peer;

import com.alipay.remoting.CustomSerializerManager;
import com.alipay.remoting.DefaultCustomSerializer;
import com.alipay.remoting.InvokeContext;
import com.alipay.remoting.rpc.RequestCommand;
import com.alipay.remoting.rpc.ResponseCommand;
import com.alipay.remoting.rpc.protocol.RpcRequestCommand;
import com.alipay.remoting.rpc.protocol.RpcResponseCommand;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A request, which is an {@link Entry}, or an answer: one byte, 0 when it was done, then the value
 * or what went wrong. It goes over Bolt as its bytes are, not by Bolt's Hessian, which would cost
 * this peer more.
 */
public final class JRaftMessage implements Serializable {
  /**
   * Properties that keep Bolt from a logging of its own, which fails with our Logback, and from
   * saying so, and Protobuf from complaining of the age of SOFAJRaft's generated code.
   */
  public static final Map<String, String> PROPERTIES =
      Map.of(
          "sofa.middleware.log.disable", "true",
          "sofa.middleware.log.internal.level", "ERROR",
          "com.google.protobuf.use_unsafe_pre22_gencode", "true");

  private static final long serialVersionUID = 1;
  private static final byte FAILED = 1;

  private final byte[] bytes;

  public JRaftMessage(byte[] bytes) {
    this.bytes = bytes;
  }

  static JRaftMessage done(byte[] value) {
    byte[] all = new byte[1 + value.length];
    System.arraycopy(value, 0, all, 1, value.length);
    return new JRaftMessage(all);
  }

  static JRaftMessage failed(String why) {
    JRaftMessage message = done(why.getBytes(StandardCharsets.UTF_8));
    message.bytes[0] = FAILED;
    return message;
  }

  byte[] bytes() {
    return bytes;
  }

  public boolean isDone() {
    return bytes[0] != FAILED;
  }

  /** Of the value in an answer. */
  public int valueLength() {
    return bytes.length - 1;
  }

  /** What went wrong, of an answer that says so. */
  public String failure() {
    return new String(Arrays.copyOfRange(bytes, 1, bytes.length), StandardCharsets.UTF_8);
  }

  /** Tells Bolt how this class travels; both ends do so before the first message. */
  public static void register() {
    CustomSerializerManager.registerCustomSerializer(JRaftMessage.class.getName(), new AsIs());
  }

  private static final class AsIs extends DefaultCustomSerializer {
    @Override
    public <T extends RequestCommand> boolean serializeContent(T request, InvokeContext context) {
      if (!(request instanceof RpcRequestCommand command)) return false;
      command.setContent(((JRaftMessage) command.getRequestObject()).bytes);
      return true;
    }

    @Override
    public <T extends ResponseCommand> boolean serializeContent(T response) {
      if (!(response instanceof RpcResponseCommand command)) return false;
      command.setContent(((JRaftMessage) command.getResponseObject()).bytes);
      return true;
    }

    @Override
    public <T extends RequestCommand> boolean deserializeContent(T request) {
      if (!(request instanceof RpcRequestCommand command)) return false;
      command.setRequestObject(new JRaftMessage(command.getContent()));
      return true;
    }

    @Override
    public <T extends ResponseCommand> boolean deserializeContent(
        T response, InvokeContext context) {
      if (!(response instanceof RpcResponseCommand command)) return false;
      command.setResponseObject(new JRaftMessage(command.getContent()));
      return true;
    }
  }
}
