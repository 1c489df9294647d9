package org.volvox.rpc;

import io.netty.channel.Channel;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Optional;
import org.volvox.calls.CallPhase;

/** Whom a {@link FrameHandler} works for: a server's connection or a link to a peer. */
interface ChannelOwner extends CallShell.Owner {
  /** Says who is at the other end of a channel that is open and secured, or refuses it. */
  Peer authenticate(Channel channel) throws CertificateException, IOException;

  /** The shell is there; its hello goes out next. */
  void onOpen(CallShell shell);

  /** It failed before there was a shell; the channel closes. */
  void onFailed(CallPhase phase, String reason);

  /** The other end closed or reset the connection, which is no wish of this end. */
  void onGone(Optional<CallShell> shell);
}
