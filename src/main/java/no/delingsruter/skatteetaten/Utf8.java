package no.delingsruter.skatteetaten;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of an answer as UTF-8, without a byte order mark or space before it. What it came in is told by its mark, by its zeros (JSON
 * and XML begin with ASCII; RFC 4627, section 3), by the charset of the content type, by the XML declaration, in this order (RFC 7303).
 */
final class Utf8 {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*[\"']?([^\"';\\s]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern DECLARATION =
            Pattern.compile("^\\s*<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']");
    private static final int LONGEST_DECLARATION = 200;
    private static final int CHUNK = 8192;

    private Utf8() {}

    /**
     * The body itself when it is UTF-8 already.
     *
     * @param contentType of JSON or XML
     * @throws BrokenAnswerException when the bytes are no text in the charset that is said, or that would have to be said
     */
    static byte[] of(String contentType, byte[] body) {
        Charset charset = charset(contentType, body);
        try {
            if (!charset.equals(StandardCharsets.UTF_8)) {
                return text(decoder(charset).decode(ByteBuffer.wrap(body)).toString());
            }
            check(body);
        } catch (CharacterCodingException e) {
            throw new BrokenAnswerException(
                    "the answer is not text in " + charset + ", and its Content-Type names no other charset");
        }
        if (otherDeclared(body)) {
            return text(new String(body, StandardCharsets.UTF_8));
        }
        int start = begins(body, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        while (start < body.length && isSpace(body[start])) {
            start++;
        }
        return start == 0 ? body : Arrays.copyOfRange(body, start, body.length);
    }

    private static byte[] text(String text) {
        int start = 0;
        while (start < text.length() && (text.charAt(start) == '\uFEFF' || isSpace(text.charAt(start)))) {
            start++;
        }
        String whole = text.substring(start);
        Matcher declared = DECLARATION.matcher(whole);
        return (declared.find()
                        ? whole.substring(0, declared.start(1)) + "UTF-8" + whole.substring(declared.end(1))
                        : whole)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isSpace(int character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    private static Charset charset(String contentType, byte[] body) {
        if (begins(body, 0xEF, 0xBB, 0xBF)) {
            return StandardCharsets.UTF_8;
        } else if (begins(body, 0, 0, 0xFE, 0xFF) || begins(body, 0, 0, 0)) {
            return Charset.forName("UTF-32BE");
        } else if (begins(body, 0xFF, 0xFE, 0, 0)
                || (body.length >= 4 && body[0] != 0 && body[1] == 0 && body[2] == 0 && body[3] == 0)) {
            return Charset.forName("UTF-32LE");
        } else if (begins(body, 0xFE, 0xFF) || begins(body, 0)) {
            return StandardCharsets.UTF_16BE;
        } else if (begins(body, 0xFF, 0xFE) || (body.length >= 2 && body[1] == 0)) {
            return StandardCharsets.UTF_16LE;
        }
        Matcher said = CHARSET.matcher(contentType);
        if (said.find()) {
            return named(said.group(1));
        }
        Matcher declared = DECLARATION.matcher(beginning(body));
        return declared.find() ? named(declared.group(1)) : StandardCharsets.UTF_8;
    }

    /** Text that is said to be wide and is not is what a program has written whose strings are wide. */
    private static Charset named(String name) {
        try {
            Charset charset = Charset.forName(name);
            return charset.name().startsWith("UTF-") || charset.equals(StandardCharsets.US_ASCII)
                    ? StandardCharsets.UTF_8
                    : charset;
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    /** An XML declaration that would mislead who reads the UTF-8. */
    private static boolean otherDeclared(byte[] body) {
        Matcher declared = DECLARATION.matcher(beginning(body));
        return declared.find() && !declared.group(1).equalsIgnoreCase("UTF-8");
    }

    private static String beginning(byte[] body) {
        int start = begins(body, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        return new String(body, start, Math.min(body.length - start, LONGEST_DECLARATION), StandardCharsets.ISO_8859_1);
    }

    private static boolean begins(byte[] body, int... with) {
        if (body.length < with.length) {
            return false;
        }
        for (int i = 0; i < with.length; i++) {
            if ((body[i] & 0xFF) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static CharsetDecoder decoder(Charset charset) {
        return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** Without a second copy of what may be large. */
    private static void check(byte[] body) throws CharacterCodingException {
        CharsetDecoder decoder = decoder(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer unused = CharBuffer.allocate(CHUNK);
        CoderResult result;
        do {
            unused.clear();
            result = decoder.decode(bytes, unused, true);
            if (result.isError()) {
                result.throwException();
            }
        } while (result.isOverflow());
    }
}
