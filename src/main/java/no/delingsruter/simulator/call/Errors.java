package no.delingsruter.simulator.call;

import java.util.UUID;
import no.delingsruter.simulator.catalogue.ErrorTable;
import no.delingsruter.simulator.catalogue.Meaning;

/** Error answers as Skatteetaten writes them. */
public final class Errors {
    private Errors() {}

    /**
     * The error of this meaning, in the API's own code and in the format that the call accepts.
     *
     * @param melding for people; may hold the identifikator, as the real ones do
     */
    public static Answer of(Call call, Meaning meaning, String melding) {
        ErrorTable.Code code = table(call).code(meaning);
        return of(code.status(), code.kode(), melding, Format.ofError(call.accept()), call.korrelasjonsid());
    }

    /** The error codes that this call is answered with. */
    public static ErrorTable table(Call call) {
        return call.lookup() != null ? call.lookup().errors() : call.list().errors();
    }

    /**
     * @param kode e.g. IM-008
     * @param korrelasjonsid null: a new one
     */
    public static Answer of(int status, String kode, String melding, Format format, String korrelasjonsid) {
        String id = korrelasjonsid != null ? korrelasjonsid : UUID.randomUUID().toString();
        boolean withId = !kode.startsWith("FREG-"); // Folkeregisteret sends none
        if (format.isXml()) {
            return Answer.of(
                            status,
                            Format.XML.contentType,
                            "<feil xmlns=\"urn:no:skatteetaten:datasamarbeid:feil:v1\"><kode>" + kode
                                    + "</kode><melding>" + xml(melding) + "</melding>"
                                    + (withId ? "<korrelasjonsid>" + xml(id) + "</korrelasjonsid>" : "") + "</feil>")
                    .outcome(kode);
        }
        return Answer.of(
                        status,
                        Format.JSON.contentType,
                        "{\"kode\":\"" + kode + "\",\"melding\":\"" + json(melding) + "\""
                                + (withId ? ",\"korrelasjonsid\":\"" + json(id) + "\"" : "") + "}")
                .outcome(kode);
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    }
}
