package org.volvox.rpc;

import java.io.IOException;
import java.nio.file.Path;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;

/**
 * The cluster's certificate authority (EC P-256): mints the certificates of nodes and users, in
 * which the cluster and the identity are a URI, volvox://CLUSTER/node/1 or
 * volvox://CLUSTER/user/NAME. Bouncy Castle is used here and nowhere else. Files are PEM with mode
 * 0600.
 */
public final class ClusterAuthority {
  private ClusterAuthority() {}

  /** Makes a new authority in the folder (made with 0700 if missing): key.pem and cert.pem. */
  public static ClusterAuthority create(Path folder, ClusterId cluster) throws IOException {
    return java.util.Optional.<ClusterAuthority>empty().orElseThrow();
  }

  public static ClusterAuthority load(Path folder) throws IOException {
    return java.util.Optional.<ClusterAuthority>empty().orElseThrow();
  }

  /** Writes key.pem, cert.pem and ca.pem for a node into the folder (made with 0700 if missing). */
  public void issueNode(NodeId node, Path folder) throws IOException {}

  /** Writes key.pem, cert.pem and ca.pem for a user into the folder (made with 0700 if missing). */
  public void issueUser(String name, Path folder) throws IOException {}
}
