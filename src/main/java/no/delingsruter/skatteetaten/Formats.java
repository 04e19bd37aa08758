package no.delingsruter.skatteetaten;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads JSON and XML as one stream of paths and values, with bounds on what a hostile answer may cost. */
public final class Formats {
    public static final String JSON = "application/json";
    static final String XML = "application/xml";
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NAME = 1000;
    private static final String JDK_BOUNDS = "http://www.oracle.com/xml/jaxp/properties/";
    public static final JsonFactory JSON_FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME)
                    .build())
            .build();
    private static final XMLInputFactory XML_FACTORY = xmlFactory();
    private static final XMLInputFactory LENIENT_XML_FACTORY = lenientXmlFactory();

    private Formats() {}

    /** Told of each simple value. */
    public interface Values {
        /**
         * @param path  names joined by dots, from the root's children on; arrays and the XML root leave no trace in it
         * @param value as written; null for JSON null
         */
        void value(String path, String value);

        /** An object (or an element that holds others) at {@code path} ends. */
        default void end(String path) {}
    }

    /** What the content type says, null when it is neither JSON nor XML. */
    static @Nullable String mediaType(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals(JSON) || type.endsWith("+json")) {
            return JSON;
        }
        return type.equals(XML) || type.equals("text/xml") || type.endsWith("+xml") ? XML : null;
    }

    /** @throws BrokenAnswerException when {@code body} is not well formed, or too deep */
    public static void read(String mediaType, byte[] body, Values values) {
        try {
            if (XML.equals(mediaType)) {
                readXml(XML_FACTORY, body, values, false);
            } else {
                readJson(body, values);
            }
        } catch (IOException | XMLStreamException e) {
            throw new BrokenAnswerException("the answer is not whole " + (XML.equals(mediaType) ? "XML" : "JSON"));
        }
    }

    private static void readJson(byte[] body, Values values) throws IOException {
        try (JsonParser parser = JSON_FACTORY.createParser(body)) {
            Path path = new Path();
            JsonToken token = parser.nextToken();
            if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
                throw new BrokenAnswerException("the answer is not a JSON object");
            }
            int roots = 0;
            for (; token != null; token = parser.nextToken()) {
                if (parser.getParsingContext().inRoot() && token.isStructEnd()) {
                    roots++;
                } else if (roots > 0) {
                    throw new BrokenAnswerException("the answer goes on after the end of its JSON");
                }
                switch (token) {
                    case START_OBJECT -> path.down(parser.currentName());
                    case START_ARRAY -> path.down(parser.currentName());
                    case END_OBJECT -> values.end(path.up());
                    case END_ARRAY -> path.up();
                    case FIELD_NAME -> {}
                    case VALUE_NULL -> values.value(path.with(parser.currentName()), null);
                    default -> values.value(path.with(parser.currentName()), parser.getText());
                }
            }
        }
    }

    /**
     * Reads XML of which little is kept: what is nested too deep is skipped, and names may be of any length.
     *
     * @throws BrokenAnswerException when {@code body} is not well formed
     */
    public static void readLenient(byte[] body, Values values) {
        try {
            readXml(LENIENT_XML_FACTORY, body, values, true);
        } catch (XMLStreamException e) {
            throw new BrokenAnswerException("the answer is not whole XML");
        }
    }

    private static void readXml(XMLInputFactory factory, byte[] body, Values values, boolean skipDeep)
            throws XMLStreamException {
        XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(body));
        Path path = new Path();
        StringBuilder text = new StringBuilder();
        boolean leaf = false;
        int depth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++depth > MAX_DEPTH) {
                        if (!skipDeep) {
                            throw new BrokenAnswerException("the answer is nested too deep");
                        }
                    } else {
                        path.down(depth == 1 ? null : reader.getLocalName());
                    }
                    text.setLength(0);
                    leaf = true;
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.DTD -> throw new BrokenAnswerException("the answer has a document type");
                case XMLStreamConstants.END_ELEMENT -> {
                    boolean skipped = depth-- > MAX_DEPTH;
                    String here = skipped ? "" : path.up();
                    if (skipped) {
                        leaf = false;
                    } else if (leaf && depth > 0) {
                        values.value(here, text.toString().strip());
                    } else {
                        values.end(here);
                    }
                    leaf = false;
                    text.setLength(0);
                }
                default -> {}
            }
        }
    }

    private static XMLInputFactory xmlFactory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        // Since JDK 24 its own bounds are so low that an answer with many escaped characters is refused; without a DTD
        // none is needed
        for (String bound : List.of("maxElementDepth", "maxGeneralEntitySizeLimit", "totalEntitySizeLimit")) {
            factory.setProperty(JDK_BOUNDS + bound, "0");
        }
        return factory;
    }

    private static XMLInputFactory lenientXmlFactory() {
        XMLInputFactory factory = xmlFactory();
        // Not 0: the JDK then takes no namespace of any length
        factory.setProperty(JDK_BOUNDS + "maxXMLNameLimit", String.valueOf(Integer.MAX_VALUE));
        factory.setProperty(JDK_BOUNDS + "elementAttributeLimit", "0");
        return factory;
    }

    /** The names on the way from the root, kept as one string per level. */
    private static final class Path {
        private final Deque<String> levels = new ArrayDeque<>();
        private String here = "";

        void down(String name) {
            levels.push(here);
            here = with(name);
        }

        String up() {
            String left = here;
            here = levels.pop();
            return left;
        }

        String with(String name) {
            if (name == null) {
                return here;
            }
            return here.isEmpty() ? name : here + "." + name;
        }
    }
}
