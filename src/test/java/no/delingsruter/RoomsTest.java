package no.delingsruter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** What each room (package) may see; docs/design.md says what each is for. */
@AnalyzeClasses(packages = "no.delingsruter", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String ROOT = "no.delingsruter.";

    /** Packages as they are; those of the simulator are one room. */
    private static final SliceAssignment ROOMS = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(com.tngtech.archunit.core.domain.JavaClass type) {
            String name = type.getPackageName();
            if (!name.startsWith(ROOT)) {
                return SliceIdentifier.ignore();
            }
            return SliceIdentifier.of(
                    name.startsWith(ROOT + "simulator") ? "simulator" : name.substring(ROOT.length()));
        }

        @Override
        public String getDescription() {
            return "rooms";
        }
    };

    @ArchTest
    static final ArchRule NO_CIRCLE = slices().assignedFrom(ROOMS).should().beFreeOfCycles();

    /** From the roof to the ground; nobody sees who is above. */
    @ArchTest
    static final ArchRule NO_ARROW_UP = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("app")
            .definedBy(ROOT + "app..")
            .layer("page")
            .definedBy(ROOT + "page..")
            .layer("preflight")
            .definedBy(ROOT + "preflight..")
            .layer("boot")
            .definedBy(ROOT + "boot..")
            .layer("installation")
            .definedBy(ROOT + "installation..")
            .layer("check")
            .definedBy(ROOT + "check..")
            .layer("catalogue")
            .definedBy(ROOT + "catalogue..")
            .layer("camel")
            .definedBy(ROOT + "camel..")
            .layer("delivery")
            .definedBy(ROOT + "delivery..")
            .layer("skatteetaten")
            .definedBy(ROOT + "skatteetaten..")
            .layer("watch")
            .definedBy(ROOT + "watch..")
            .layer("work")
            .definedBy(ROOT + "work..")
            .layer("answers and h2")
            .definedBy(ROOT + "store.answers..", ROOT + "store.h2..")
            .layer("store")
            .definedBy(ROOT + "store")
            .layer("ground")
            .definedBy(
                    ROOT + "configuration..",
                    ROOT + "support..",
                    ROOT + "model..",
                    ROOT + "observation..",
                    ROOT + "maskinporten..",
                    ROOT + "network..",
                    ROOT + "logging..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("page")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("preflight")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("boot")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("installation")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot")
            .whereLayer("check")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation")
            .whereLayer("catalogue")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation", "check")
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation", "catalogue")
            .whereLayer("camel")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation", "catalogue")
            .whereLayer("skatteetaten")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation", "catalogue", "camel", "delivery")
            .whereLayer("watch")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation", "catalogue", "camel")
            .whereLayer("work")
            .mayOnlyBeAccessedByLayers(
                    "app",
                    "preflight",
                    "boot",
                    "installation",
                    "catalogue",
                    "camel",
                    "delivery",
                    "skatteetaten",
                    "watch")
            .whereLayer("answers and h2")
            .mayOnlyBeAccessedByLayers("app", "preflight", "boot", "installation", "work")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers(
                    "app",
                    "preflight",
                    "boot",
                    "installation",
                    "catalogue",
                    "camel",
                    "watch",
                    "work",
                    "answers and h2");

    @ArchTest
    static final ArchRule WORK_AND_MODEL_ARE_PLAIN_JAVA = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "work..", ROOT + "model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..", "org.springframework..");

    @ArchTest
    static final ArchRule ONLY_STORE_AND_WATCH_SPEAK_SQL = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + "store..",
                    ROOT + "watch..",
                    ROOT + "app..",
                    ROOT + "boot..",
                    ROOT + "installation..",
                    ROOT + "delivery..",
                    ROOT + "logging..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..");

    @ArchTest
    static final ArchRule H2_IS_ONE_ROOM = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "store.h2..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.h2..");

    @ArchTest
    static final ArchRule SIMULATOR_SHARES_NO_CLASS = classes()
            .that()
            .resideInAPackage(ROOT + "simulator..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    ROOT + "app..",
                    ROOT + "page..",
                    ROOT + "preflight..",
                    ROOT + "boot..",
                    ROOT + "installation..",
                    ROOT + "catalogue..",
                    ROOT + "camel..",
                    ROOT + "delivery..",
                    ROOT + "skatteetaten..",
                    ROOT + "watch..",
                    ROOT + "work..",
                    ROOT + "store..",
                    ROOT + "configuration..",
                    ROOT + "support..",
                    ROOT + "model..",
                    ROOT + "observation..",
                    ROOT + "maskinporten..",
                    ROOT + "network..",
                    ROOT + "logging..");
}
