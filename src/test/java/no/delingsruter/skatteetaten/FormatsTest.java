package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {
    private static List<String> read(String type, String text) {
        List<String> seen = new ArrayList<>();
        Formats.read(type, text.getBytes(StandardCharsets.UTF_8), new Formats.Values() {
            @Override
            public void value(String path, String value) {
                seen.add(path + "=" + value);
            }

            @Override
            public void end(String path) {
                seen.add("/" + path);
            }
        });
        return seen;
    }

    @Test
    void jsonAndXmlOfOneListGiveTheSamePathsButForTheItemsName() {
        assertEquals(
                List.of(
                        "hendelser.sekvensnummer=1",
                        "hendelser.identifikator=01810012345",
                        "/hendelser",
                        "hendelser.sekvensnummer=12",
                        "/hendelser",
                        "/"),
                read(
                        Formats.JSON,
                        "{\"hendelser\":[{\"sekvensnummer\":1,\"identifikator\":\"01810012345\"},{\"sekvensnummer\":12}]}"));
        assertEquals(
                List.of(
                        "hendelse.sekvensnummer=1",
                        "hendelse.identifikator=01810012345",
                        "/hendelse",
                        "hendelse.sekvensnummer=12",
                        "/hendelse",
                        "/"),
                read(
                        Formats.XML,
                        "<hendelser xmlns='urn:x'><hendelse><sekvensnummer>1</sekvensnummer><identifikator> 01810012345 </identifikator></hendelse>"
                                + "<hendelse><sekvensnummer>12</sekvensnummer></hendelse></hendelser>"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\":",
                "{\"a\":1",
                "<html></html>",
                "true",
                "\"text\"",
                "{\"a\" 1}",
                "{\"a\":1}{\"a\":2}",
                "{}[]",
                "[] 1",
                "{\"a\":1}\0"
            })
    @DisplayName("Half or no JSON is not taken for an answer")
    void brokenJson(String text) {
        assertThrows(BrokenAnswerException.class, () -> read(Formats.JSON, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<a>", "<a><b></a>", "{}", "<a/><b/>"})
    void brokenXml(String text) {
        assertThrows(BrokenAnswerException.class, () -> read(Formats.XML, text));
    }

    @Test
    void nestingIsBounded() {
        assertThrows(BrokenAnswerException.class, () -> read(Formats.JSON, "[".repeat(5000) + "]".repeat(5000)));
        assertThrows(BrokenAnswerException.class, () -> read(Formats.XML, "<a>".repeat(5000) + "</a>".repeat(5000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>",
                "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a>1</a>",
                "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/p'> %p;]><a>1</a>",
                "<!DOCTYPE a [<!ENTITY a '1234567890'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><a>&c;</a>",
                "<!DOCTYPE a><a>1</a>",
                "<a>&undefined;</a>"
            })
    @DisplayName(
            "An XML document type (external entities, entity bombs) is refused, and so is an entity that nobody defined")
    void documentTypeIsRefused(String text) {
        assertThrows(BrokenAnswerException.class, () -> read(Formats.XML, text));
    }

    @Test
    void namesAndNumbersAreBounded() {
        assertThrows(BrokenAnswerException.class, () -> read(Formats.JSON, "{\"" + "n".repeat(5_000) + "\":1}"));
        assertThrows(BrokenAnswerException.class, () -> read(Formats.JSON, "{\"n\":" + "9".repeat(5_000) + "}"));
        assertThrows(
                BrokenAnswerException.class,
                () -> read(Formats.XML, "<a><" + "n".repeat(5_000) + ">1</" + "n".repeat(5_000) + "></a>"));
    }
}
