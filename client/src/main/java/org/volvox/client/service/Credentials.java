package org.volvox.client.service;

import org.volvox.base.Api;
import org.volvox.calls.CallException;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.TlsMaterial;

/** Who this program is to other programs of the cluster; for Volvox itself. */
@Api
public interface Credentials {
  LocalEnd self();

  /** Key and certificates, read when first needed. */
  TlsMaterial tls() throws CallException;
}
