package no.delingsruter.page;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** With {@code -Dscreenshots=DIR} it leaves pictures there. */
class BrowserTest {
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final List<String> addresses = new ArrayList<>();

    private static ChromeDriver browser(boolean javaScript) {
        assumeTrue(
                Files.isExecutable(DRIVER),
                "No browser here: install chromium and chromium-driver, and this test clicks through the page");
        ChromeOptions options = new ChromeOptions();
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en");
        if (!javaScript) {
            options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        }
        ChromeDriver browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
        browser.manage().timeouts().pageLoadTimeout(A_MINUTE);
        browser.manage().window().setSize(new Dimension(1280, 800));
        return browser;
    }

    private void seen(ChromeDriver browser) {
        addresses.add(browser.getCurrentUrl());
        addresses.add(browser.getTitle());
    }

    private void open(ChromeDriver browser, PageBed page, String path) {
        browser.get(page.url(path));
        seen(browser);
    }

    private static void type(ChromeDriver browser, String form, String name, String text) {
        WebElement field = browser.findElement(By.xpath(form + "//input[@name='" + name + "']"));
        field.clear();
        field.sendKeys(text);
    }

    private String said(ChromeDriver browser, String button) {
        browser.findElement(By.xpath(button)).click();
        await().atMost(A_MINUTE)
                .ignoreExceptions()
                .until(() -> browser.findElement(By.tagName("pre")).isDisplayed());
        seen(browser);
        return browser.findElement(By.tagName("pre")).getText();
    }

    private void login(ChromeDriver browser, PageBed page) {
        open(browser, page, "");
        type(browser, "//form", "token", PageBed.REVEAL);
        browser.findElement(By.xpath("//main//button")).click();
        await().atMost(A_MINUTE)
                .ignoreExceptions()
                .until(() -> browser.findElement(By.id("live")).isDisplayed());
        seen(browser);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I8: by clicking: up to date? why is this person not here? stop it tonight; read again; the parked ones;"
                    + " no address or title names anybody")
    void handbook(TestDatabase database) throws Exception {
        // On the one with JavaScript, on the other without
        ChromeDriver browser = browser(database == TestDatabase.H2);
        try (PageBed page = new PageBed(directory, database).start()) {
            login(browser, page);
            String overview = browser.findElement(By.id("live")).getText();
            assertTrue(overview.contains("inntekt") && overview.contains("running"), overview);
            assertEquals(1, browser.findElements(By.cssSelector("svg polyline")).size());
            pictures(browser, page, database);

            open(browser, page, "why");
            type(browser, "//main//form", "identifikator", PageBed.REFUSED);
            String why = said(browser, "//main//form//button");
            assertTrue(why.contains("parked since") && !why.contains(PageBed.REFUSED), why);

            open(browser, page, "");
            String change = "//form[.//button[@value='pause']]";
            type(browser, change, "because", "tonight");
            // Not now, whenever the test runs
            LocalTime later = LocalTime.now(ZoneId.systemDefault()).plusHours(2).truncatedTo(ChronoUnit.MINUTES);
            type(browser, change, "from", later.toString());
            type(browser, change, "to", later.plusHours(8).toString());
            assertTrue(said(browser, change + "//button[@value='pause']").contains("Operation"));
            open(browser, page, "operations");
            assertTrue(browser.findElement(By.id("live")).getText().contains("tonight"));

            String again = form(browser, page, "backfill");
            type(browser, again, "from", "1");
            type(browser, again, "because", "ticket 7");
            over(page, begun(browser, again));

            parked(browser, page);
            assertFalse(String.join("\n", addresses).contains(PageBed.REFUSED), addresses.toString());
            assertEquals(
                    List.of(),
                    addresses.stream().filter(one -> one.matches(".*\\d{11}.*")).toList());
            assertEquals(
                    List.of(),
                    browser.manage().logs().get("browser").getAll().stream()
                            .map(Object::toString)
                            .filter(line -> line.contains("Content Security Policy"))
                            .toList());
        } finally {
            browser.quit();
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I3, I8, I12: by clicking: stop it now; the position; our rettighetspakke changed; a receiver has lost its data;"
                    + " cancel; erase")
    void steered(TestDatabase database) throws Exception {
        // The other way round: each is done with and without
        ChromeDriver browser = browser(database != TestDatabase.H2);
        try (PageBed page = new PageBed(directory, database).start()) {
            login(browser, page);
            String change = "//form[.//button[@value='pause']]";
            type(browser, change, "because", "to read it again");
            assertTrue(said(browser, change + "//button[@value='stop']").contains("STOPPED"));

            long position = page.shown("status").at("/lists/0/position").asLong();
            for (String expect : List.of("3", Long.toString(position))) {
                String form = form(browser, page, "position/set");
                type(browser, form, "to", "first");
                type(browser, form, "expect", expect);
                type(browser, form, "because", "to read it again");
                String text = said(browser, form + "//button[not(@name)]");
                assertTrue(
                        text.contains(expect.equals("3") ? "the position is " + position : position + " -> 0"), text);
            }
            assertEquals(0, page.shown("status").at("/lists/0/position").asLong());

            // Stopped, it waits, and so it can be cancelled
            long waits = begun(browser, refetch(browser, page));
            open(browser, page, "operations");
            browser.findElement(By.xpath("//button[@value='operations/cancel']"))
                    .click();
            await().atMost(A_MINUTE)
                    .until(() -> page.operation(waits).path("state").asText().equals("CANCELLED"));

            open(browser, page, "");
            assertTrue(said(browser, change + "//button[@value='start']").contains("RUNNING"));
            page.bed.untilDone("inntekt", A_MINUTE);
            over(page, begun(browser, refetch(browser, page)));
            String again = form(browser, page, "deliver-again");
            type(browser, again, "because", "ticket 8");
            over(page, begun(browser, again));

            int held = page.bed.count("result");
            String erase = form(browser, page, "erase");
            type(browser, erase, "identifikator", PageBed.HELD);
            type(browser, erase, "because", "ticket 9");
            said(browser, erase + "//button[not(@name)]");
            await().atMost(A_MINUTE).until(() -> page.bed.count("result") == held - 1);
            assertFalse(String.join("\n", addresses).contains(PageBed.HELD), addresses.toString());
        } finally {
            browser.quit();
        }
    }

    private String refetch(ChromeDriver browser, PageBed page) {
        String form = form(browser, page, "refetch");
        browser.findElement(By.xpath(form + "//input[@name='held']")).click();
        type(browser, form, "because", "our rettighetspakke changed");
        return form;
    }

    /** The part of the view that asks for it, opened. */
    private String form(ChromeDriver browser, PageBed page, String verb) {
        open(browser, page, "operations");
        String part = "//details[.//input[@value='" + verb + "']]";
        browser.findElement(By.xpath(part + "/summary")).click();
        return part;
    }

    private long begun(ChromeDriver browser, String form) {
        String text = said(browser, form + "//button[not(@name)]");
        assertTrue(text.startsWith("Operation "), text);
        return Long.parseLong(text.replaceAll("(?s)^Operation (\\d+).*", "$1"));
    }

    private static void over(PageBed page, long id) {
        await().atMost(A_MINUTE)
                .until(() -> page.operation(id).path("state").asText().equals("DONE"));
    }

    private void parked(ChromeDriver browser, PageBed page) throws Exception {
        await().atMost(A_MINUTE).until(() -> page.shown("parked").path("count").asInt() == 1);
        open(browser, page, "parked?service=inntekt");
        String bulk = "//form[.//button[@value='parked/discard']]";
        type(browser, bulk, "because", "ticket 7");
        type(browser, bulk, "expect", "3");
        assertTrue(said(browser, bulk + "//button[@value='parked/discard']").contains("1 fit now, not 3"));
        open(browser, page, "parked?service=inntekt");
        type(browser, bulk, "because", "ticket 7");
        type(browser, bulk, "expect", browser.findElement(By.id("count")).getText());
        assertTrue(said(browser, bulk + "//button[@value='parked/discard']").contains("1 discarded"));
    }

    /** For the documentation. */
    private static void pictures(ChromeDriver browser, PageBed page, TestDatabase database) throws IOException {
        String to = System.getProperty("screenshots", "");
        if (to.isEmpty() || database != TestDatabase.H2) {
            return;
        }
        for (String colour : List.of("light", "dark")) {
            browser.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colour))));
            for (String view : Frame.VIEWS) {
                picture(browser, page, view, Path.of(to, view + "-" + colour + ".png"));
            }
        }
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 390, "height", 844, "deviceScaleFactor", 1, "mobile", true));
        for (String view : Frame.VIEWS) {
            picture(browser, page, view, Path.of(to, view + "-phone.png"));
        }
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    private static void picture(ChromeDriver browser, PageBed page, String view, Path to) throws IOException {
        browser.get(page.url(view.equals("overview") ? "" : view));
        Files.write(to, browser.getScreenshotAs(org.openqa.selenium.OutputType.BYTES));
    }
}
