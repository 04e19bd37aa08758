package no.delingsruter.benchmark.peer;

import org.apache.camel.main.Main;

/** The yardstick of the start: camel-main as it comes, with benchmark/bare.camel.yaml. */
public final class BareCamel {
    private BareCamel() {}

    public static void main(String... args) throws Exception {
        Main main = new Main();
        main.configure().withRoutesIncludePattern("file:benchmark/bare.camel.yaml");
        main.run();
    }
}
