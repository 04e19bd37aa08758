package no.delingsruter.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

    @TempDir
    Path directory;

    private String cookie = "";

    private HttpResponse<String> get(PageBed page, String path) throws Exception {
        return keep(PageBed.send(page.request(path, "").header("Cookie", cookie)));
    }

    private HttpResponse<String> post(PageBed page, String path, Map<String, String> fields, String... headers)
            throws Exception {
        HttpRequest.Builder request = page.request(path, "")
                .header("Cookie", cookie)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(fields.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))));
        return keep(PageBed.send(headers.length == 0 ? request : request.headers(headers)));
    }

    private HttpResponse<String> keep(HttpResponse<String> answer) {
        answer.headers().allValues("set-cookie").stream()
                .filter(one -> one.startsWith("delingsruter="))
                .forEach(one -> {
                    assertTrue(one.matches("(?i).*; HttpOnly; SameSite=Lax.*"), one);
                    cookie = one.replaceFirst(";.*", "");
                });
        return answer;
    }

    private static String form(HttpResponse<String> answer) {
        Matcher form = FORM.matcher(answer.body());
        assertTrue(form.find(), answer.body());
        return form.group(1);
    }

    private String login(PageBed page, String token) throws Exception {
        String form = form(get(page, ""));
        assertEquals(
                303, post(page, "login", Map.of("form", form, "token", token)).statusCode());
        return form(get(page, "why"));
    }

    @Test
    @DisplayName(
            "I8: the page is small, alone and careful: under 100 kB, its own scripts alone, forms of its own, roles,"
                    + " and nobody's name in it or the log")
    void page() throws Exception {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                PageBed page = new PageBed(directory.resolve("run"), TestDatabase.H2)) {
            page.start();
            HttpResponse<String> stranger = get(page, "");
            assertEquals(401, stranger.statusCode());
            assertFalse(stranger.body().contains("inntekt"), "nothing for strangers");
            assertEquals(
                    401,
                    post(page, "login", Map.of("form", form(stranger), "token", "x"))
                            .statusCode());
            String form = login(page, PageBed.READ);

            int files = files(page);
            for (String view : Frame.VIEWS) {
                HttpResponse<String> shown = get(page, view.equals("overview") ? "" : view);
                assertEquals(200, shown.statusCode(), view);
                String html = shown.body();
                int size = html.getBytes(StandardCharsets.UTF_8).length + files;
                // The catalogue and the configuration are as long as what they list
                assertTrue(size < 100_000 || view.matches("catalogue|configuration"), view + ": " + size);
                assertTrue(
                        shown.headers()
                                .firstValue("content-security-policy")
                                .orElse("")
                                .startsWith("default-src 'self'"),
                        view);
                assertFalse(
                        html.matches("(?s).*(<script>|<style|style=|onclick=|(src|href|action)=\"(https?:)?//).*"),
                        view);
                assertFalse(html.contains(PageBed.REFUSED) || html.contains(PageBed.HELD), view);
                assertTrue(html.contains("<main id=\"main\"") && html.contains("<html lang=\"en\">"), view);
                assertEquals(
                        0,
                        Pattern.compile("\\$\\{|null</").matcher(html).results().count(),
                        view);
            }
            String nb = PageBed.send(
                            page.request("", "").header("Cookie", cookie).header("Accept-Language", "nb-NO,nb"))
                    .body();
            assertTrue(nb.contains("<html lang=\"nb\">") && nb.contains("Oversikt"), nb);

            Map<String, String> pause = Map.of("form", form, "verb", "pause", "because", "x", "back", "overview");
            assertEquals(403, post(page, "do", pause).statusCode(), "the role operate is missing");
            form = login(page, PageBed.OPERATE);
            pause = Map.of("form", form, "verb", "pause", "because", "x", "back", "overview");
            assertEquals(
                    403,
                    post(page, "do", Map.of("verb", "pause", "because", "x")).statusCode(),
                    "no form of ours");
            assertEquals(
                    403,
                    post(page, "do", pause, "Origin", "https://elsewhere.example")
                            .statusCode());
            assertEquals(
                    403, post(page, "do", pause, "Sec-Fetch-Site", "cross-site").statusCode());
            assertEquals("RUNNING", page.shown("status").at("/lists/0/state").asText());
            Map<String, String> why =
                    Map.of("form", form, "verb", "explain", "identifikator", PageBed.REFUSED, "reveal", "true");
            HttpResponse<String> hidden = post(page, "do", why);
            assertEquals(403, hidden.statusCode(), "the role reveal is missing");
            assertFalse(hidden.body().contains(PageBed.REFUSED));
            assertEquals(200, post(page, "do", pause).statusCode());
            assertEquals("PAUSED", page.shown("status").at("/lists/0/state").asText());
            post(page, "logout", Map.of("form", form));
            assertEquals(401, get(page, "parked").statusCode());
            assertEquals(
                    401,
                    page.get("api/status", "another-token-of-twenty-letters").statusCode());
            assertFalse(String.join("\n", log.lines()).matches("(?s).*(" + PageBed.REFUSED + "|-token-of-).*"));
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("A wrong token was sent to the page or /api, from 127.0.0.1"))
                            .count());
        }
    }

    @Test
    @DisplayName(
            "I16: with a hundred lists each view is under 100 kB: the overview shows first what does not run, and all when asked")
    void hundred() throws Exception {
        List<String> organisations = IntStream.range(0, 100)
                .mapToObj(i -> Integer.toString(310_000_100 + i))
                .toList();
        String paused = organisations.get(90);
        try (PageBed page = new PageBed(directory, TestDatabase.H2, 1)) {
            page.bed
                    .set("organisations", String.join(",", organisations))
                    .set("inntekt.poll-interval", "5s")
                    .start();
            page.bed.command("pause", "--organisation", paused, "--because", "x");
            login(page, PageBed.OPERATE);
            int files = files(page);
            for (String view : Frame.VIEWS) {
                String html = get(page, view.equals("overview") ? "" : view).body();
                int size = html.getBytes(StandardCharsets.UTF_8).length + files;
                if (view.equals("overview")) {
                    assertEquals(20, rows(html).size());
                    assertTrue(rows(html).get(0).contains(paused), rows(html).get(0));
                    // The last hour is empty here, and may take so much
                    size += 20 * 60 * "100,20 ".length();
                }
                assertTrue(size < 100_000 || view.matches("catalogue|configuration"), view + ": " + size);
            }
            String all = get(page, "?all=true").body();
            assertEquals(100, rows(all).size());
            System.out.printf(
                    "Overview of a hundred lists: all %,d bytes, %,d of them files%n", all.length() + files, files);
            assertTrue(all.contains("hx-get=\"./?all=true\""), "stays so");
        }
    }

    private static List<String> rows(String overview) {
        return Pattern.compile("<tr role=\"row\"><th scope=\"row\".*?</tr>", Pattern.DOTALL)
                .matcher(overview)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private int files(PageBed page) throws Exception {
        int files = 0;
        for (String name : new String[] {"style.css", "htmx.js", "icon.svg"}) {
            files += get(page, name).body().getBytes(StandardCharsets.UTF_8).length;
        }
        return files;
    }

    @Test
    @DisplayName("Both languages have the same texts, and all that the templates ask for")
    void languages() throws Exception {
        Properties english = new Properties();
        english.load(new StringReader(PageFiles.text("/page/en.properties")));
        Properties norwegian = new Properties();
        norwegian.load(new StringReader(PageFiles.text("/page/nb.properties")));
        assertEquals(new TreeSet<>(english.keySet()), new TreeSet<>(norwegian.keySet()));
        Pattern asked = Pattern.compile("f\\.t\\(\"([\\w.]+)\"\\)");
        try (Stream<Path> templates = Files.list(Path.of("src/main/jte"))) {
            for (Path template : templates.toList()) {
                asked.matcher(Files.readString(template))
                        .results()
                        .forEach(one -> assertTrue(english.containsKey(one.group(1)), template + ": " + one.group(1)));
            }
        }
    }
}
