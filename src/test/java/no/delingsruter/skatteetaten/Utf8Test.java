package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
    private static String read(String contentType, byte[] body) {
        Call call = new Call("inntekt", "self", "scope", "/v1", null);
        call.answered(200, body, contentType, null);
        StringBuilder seen = new StringBuilder();
        Formats.read(
                call.mediaType(),
                call.body(),
                (path, value) -> seen.append(path).append('=').append(value));
        // Kept and taken up again after a kill
        Call again = new Call("inntekt", "self", "scope", "/v1", null);
        again.answered(200, call.body(), call.contentType(), null);
        assertEquals(new String(call.body(), StandardCharsets.UTF_8), new String(again.body(), StandardCharsets.UTF_8));
        return seen.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/xml                    | ISO-8859-1   | ISO-8859-1",
                "application/xml                    | windows-1252 | windows-1252",
                "application/xml                    | UTF-16       | UTF-16LE",
                "text/xml                           | UTF-16       | UTF-16BE",
                "application/xml                    | UTF-8        | UTF-8",
                "application/xml                    | utf-16       | UTF-8",
                "application/xml;charset=utf-8      | ISO-8859-1   | UTF-8",
                "application/xml;charset=iso-8859-1 | UTF-8        | ISO-8859-1",
                "application/xml;charset=nonesuch   | UTF-8        | UTF-8",
            })
    @DisplayName("XML is read in the charset that it is in, and says UTF-8 afterwards")
    void xml(String contentType, String declared, String charset) {
        String text = "<?xml version=\"1.0\" encoding=\"" + declared + "\"?>\n<a><navn>Åse Ødegård</navn></a>";
        assertEquals("navn=Åse Ødegård", read(contentType, text.getBytes(Charset.forName(charset))));
    }

    @Test
    void whatIsUtf8AlreadyIsNotTouched() {
        byte[] body = "{\"navn\":\"Åse\"}".getBytes(StandardCharsets.UTF_8);
        assertSame(body, Utf8.of("application/json", body));
    }

    @Test
    void whatIsNoTextInItsCharsetIsRefused() {
        byte[] body = {'{', '"', 'a', '"', ':', '"', (byte) 0xE6, '"', '}'};
        assertThrows(BrokenAnswerException.class, () -> read("application/json", body));
        assertThrows(BrokenAnswerException.class, () -> read("application/json; charset=utf-8", body));
    }
}
