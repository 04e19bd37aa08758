package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
    @Test
    void valuesAreEncodedSoThatTheyStayOneSegment() {
        PathTemplate template = new PathTemplate("/v1/{pakke}/{id}?at={at}");
        Map<String, String> values = Map.of("pakke", "a b", "id", "../x?y#z", "at", "2025-03-18T09:08:08+01:00");
        assertEquals("/v1/a%20b/..%2Fx%3Fy%23z", template.path(values::get));
        assertEquals("at=2025-03-18T09%3A08%3A08%2B01%3A00", template.query(values::get));
    }

    @Test
    void aParameterWithoutAValueIsLeftOut() {
        PathTemplate template = new PathTemplate("/v1?a={a}&b={b}");
        assertEquals("b=2", template.query(name -> name.equals("a") ? "" : "2"));
        assertNull(template.query(name -> ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void aSegmentThatWouldBecomeAnotherPathIsRefused(String value) {
        assertThrows(IllegalArgumentException.class, () -> new PathTemplate("/v1/{id}").path(name -> value));
    }
}
