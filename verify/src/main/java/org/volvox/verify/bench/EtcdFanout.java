package org.volvox.verify.bench;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** A key of etcd; jetcd tells watchers on its own threads. */
final class EtcdFanout implements FanoutSide {
  private static final ByteSequence KEY = ByteSequence.from("watched", StandardCharsets.UTF_8);

  private final EtcdSystem system;
  private final ByteSequence value;

  EtcdFanout(EtcdSystem system, byte[] value) {
    this.system = system;
    this.value = ByteSequence.from(value);
  }

  @Override
  public String name() {
    return EtcdSystem.NAME;
  }

  @Override
  public void put() throws IOException, InterruptedException {
    var _ = Answers.await(EtcdSystem.NAME, system.channel(0).getKVClient().put(KEY, value));
  }

  @Override
  public Start start() throws IOException, InterruptedException {
    put();
    KeyValue row =
        Answers.await(EtcdSystem.NAME, system.channel(0).getKVClient().get(KEY))
            .getKvs()
            .getFirst();
    return new Start(row.getModRevision(), row.getVersion());
  }

  @Override
  public Runnable watch(int number, long from, LongConsumer heard) {
    Watch.Watcher watcher =
        system
            .channel(number)
            .getWatchClient()
            .watch(
                KEY,
                WatchOption.builder().withRevision(from).build(),
                response ->
                    response
                        .getEvents()
                        .forEach(event -> heard.accept(event.getKeyValue().getVersion())));
    return watcher::close;
  }
}
