package no.delingsruter.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnitsTest {
    private static Units units() {
        return Units.of(Catalogue.read(Path.of("routes")));
    }

    @Test
    @DisplayName(
            "I1, I11: services that call an API together, directly or by way of others, are one unit; all others are alone")
    void together() {
        Units units = units();
        String shared = units.ofService("skattemeldingfastsatt");
        assertEquals(shared, units.ofService("skattemeldingutkast"), "both call skattemelding");
        assertEquals(
                shared,
                units.ofService("skatteoppgjoer"),
                "calls summertskattegrunnlag, as skattemeldingfastsatt does");
        assertEquals(shared, units.ofGroup("skattemelding"));
        assertEquals(shared, units.ofGroup("summertskattegrunnlag"));
        assertNotEquals(shared, units.ofService("inntekt"));
        assertEquals("inntekt", units.ofService("inntekt"));
        assertEquals("inntekt", units.ofGroup("inntekt"), "its list's API counts with it");
    }

    @Test
    @DisplayName("I11: two instances with the same routes have the same plan")
    void plan() {
        assertEquals(units().plan(), units().plan());
    }
}
