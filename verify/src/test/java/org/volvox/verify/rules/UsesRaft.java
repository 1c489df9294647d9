package org.volvox.verify.rules;

import org.volvox.consensus.raft.Role;

/** Names a type of consensus, so that a test can judge it as if it stood in another module. */
record UsesRaft(Role role) {}
