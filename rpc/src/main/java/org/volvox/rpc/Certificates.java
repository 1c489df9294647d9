package org.volvox.rpc;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;

/**
 * Who a certificate of a cluster's authority names: one URI among its subject's alternative names,
 * volvox://CLUSTER/node/1 or volvox://CLUSTER/user/NAME.
 */
final class Certificates {
  /** A certificate's cluster and identity. */
  record Name(ClusterId cluster, Identity identity) {}

  private static final int URI_NAME = 6; // RFC 5280, section 4.2.1.6: GeneralName choice.
  private static final Pattern URI =
      Pattern.compile("volvox://([0-9a-f]{16})/(?:node/([0-9]{1,5})|user/([A-Za-z0-9._-]{1,64}))");

  private Certificates() {}

  static String uri(ClusterId cluster, Identity identity) {
    String path =
        switch (identity) {
          case Identity.Node(var id) -> "node/" + id.value();
          case Identity.User(var name) -> "user/" + name;
        };
    String uri = "volvox://" + cluster + "/" + path;
    if (!URI.matcher(uri).matches()) {
      throw new IllegalArgumentException(
          "a user's name has 1 to 64 letters, digits, dots, dashes and underscores: " + path);
    }
    return uri;
  }

  static Name name(X509Certificate certificate) throws CertificateException {
    for (List<?> entry : alternativeNames(certificate)) {
      if (entry.get(0) instanceof Integer type && type == URI_NAME) {
        Matcher matcher = URI.matcher(String.valueOf(entry.get(1)));
        if (matcher.matches()) {
          return read(matcher);
        }
      }
    }
    throw new CertificateException(
        "certificate of " + certificate.getSubjectX500Principal() + " names no Volvox identity");
  }

  private static Name read(Matcher matcher) throws CertificateException {
    String node = matcher.group(2);
    try {
      ClusterId cluster = ClusterId.parse(matcher.group(1));
      return new Name(
          cluster,
          node == null
              ? new Identity.User(matcher.group(3))
              : new Identity.Node(new NodeId(Integer.parseInt(node))));
    } catch (IllegalArgumentException wrong) {
      throw new CertificateException(
          "certificate with a wrong identity: " + matcher.group(), wrong);
    }
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null ? List.of() : names;
  }
}
