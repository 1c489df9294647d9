package org.volvox.verify.lab;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.volvox.console.PageServer;

/** The pages' server and one Chromium over it; a test class makes one and closes it. */
final class LabBrowser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private final PageServer server;
  private final Playwright playwright;
  private final Browser browser;
  private final List<String> complaints = new ArrayList<>();

  private LabBrowser() throws IOException {
    server = PageServer.start(InetAddress.ofLiteral("127.0.0.1"), 0);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setHeadless(true)
                    .setChromiumSandbox(false)
                    .setArgs(
                        List.of(
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  /** Starts both, or skips the test that asks. */
  static LabBrowser start() throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(CHROMIUM), "no /usr/bin/chromium here; ./dev setup installs it");
    return new LabBrowser();
  }

  String address() {
    return server.lab().toString();
  }

  LabPage open() {
    return open(1280, 860, ColorScheme.LIGHT);
  }

  /** The first page, in a profile of its own. */
  LabPage open(int width, int height, ColorScheme scheme) {
    return openAt(address(), width, height, scheme);
  }

  LabPage openAt(String address, int width, int height, ColorScheme scheme) {
    return openAt(
        address,
        new Browser.NewContextOptions()
            .setViewportSize(width, height)
            .setColorScheme(scheme)
            .setAcceptDownloads(true));
  }

  /** On a small screen that is touched. */
  LabPage openOnPhone() {
    return openAt(
        address(),
        new Browser.NewContextOptions()
            .setViewportSize(393, 727)
            .setHasTouch(true)
            .setIsMobile(true)
            .setDeviceScaleFactor(2.75));
  }

  private LabPage openAt(String address, Browser.NewContextOptions options) {
    Page page = browser.newContext(options).newPage();
    page.setDefaultTimeout(20_000);
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(request -> {
      if (!request.url().startsWith(address)
          && !request.url().startsWith(address())
          && !request.url().startsWith("blob:")) {
        complaints.add("asked for " + request.url());
      }
    });
    page.navigate(address);
    LabPage lab = new LabPage(page);
    lab.await("lab.view !== null && lab.diagram.colours !== null");
    return lab;
  }

  /** What the pages complained about since the last look, and what they wanted from elsewhere. */
  List<String> complaints() {
    List<String> found = List.copyOf(complaints);
    complaints.clear();
    return found;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
    server.close();
  }
}
