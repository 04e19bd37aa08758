package no.delingsruter.simulator.data;

import java.math.BigInteger;
import java.util.Locale;
import java.util.UUID;

/** The kinds of key there are; each maps an index to a synthetic identifikator and back, so that no table is needed. */
public enum Identifikator {
    /** 11 digits, month + 80; distinct for more than three thousand million indexes. */
    PERSON {
        @Override
        public String text(int index) {
            int date = (int) (index * 7919L % DATES);
            int serial = (int) ((index / DATES * 31337L + date * 17L) % 100_000);
            return String.format(
                    Locale.ROOT, "%02d%02d%02d%05d", 1 + date % 28, 81 + date / 28 % 12, date / 336, serial);
        }

        @Override
        public int index(String text) {
            if (!text.matches("[0-9]{11}")) {
                return -1;
            }
            int day = Integer.parseInt(text.substring(0, 2)) - 1;
            int month = Integer.parseInt(text.substring(2, 4)) - 81;
            if (day < 0 || day >= 28 || month < 0 || month >= 12) {
                return -1;
            }
            int date = Integer.parseInt(text.substring(4, 6)) * 336 + month * 28 + day;
            long serial = Math.floorMod((Integer.parseInt(text.substring(6)) - date * 17L) * SERIAL_BACK, 100_000L);
            long index = serial * DATES + date * DATE_BACK % DATES;
            return index > Integer.MAX_VALUE ? -1 : (int) index;
        }
    },
    /** 9 digits, the first is 2 or 3. */
    ORGANISASJON {
        @Override
        public String text(int index) {
            return String.valueOf(200_000_000L + index * 123_456_789L % 200_000_000L);
        }

        @Override
        public int index(String text) {
            return text.matches("[23][0-9]{8}")
                    ? (int) ((Long.parseLong(text) - 200_000_000L) * ORGANISATION_BACK % 200_000_000L)
                    : -1;
        }
    },
    /** Persons and organisations by turns. */
    BLANDET {
        @Override
        public String text(int index) {
            return (index % 2 == 0 ? PERSON : ORGANISASJON).text(index / 2);
        }

        @Override
        public int index(String text) {
            int person = PERSON.index(text);
            int organisation = ORGANISASJON.index(text);
            return person >= 0 ? person * 2 : organisation >= 0 ? organisation * 2 + 1 : -1;
        }
    },
    /** 9 digits that begin with 09: a number that loses its zero where it is read as a number. */
    SELSKAP {
        @Override
        public String text(int index) {
            return String.format(Locale.ROOT, "09%07d", index);
        }

        @Override
        public int index(String text) {
            return text.matches("09[0-9]{7}") ? Integer.parseInt(text.substring(2)) : -1;
        }
    },
    /** The reference of a mva-melding: plain digits. */
    REFERANSE {
        @Override
        public String text(int index) {
            return String.valueOf(180_300L + index);
        }

        @Override
        public int index(String text) {
            long index = text.matches("[1-9][0-9]{5,9}") ? Long.parseLong(text) - 180_300L : -1;
            return index > Integer.MAX_VALUE ? -1 : (int) index;
        }
    },
    /** A property: 15 digits, of no person. */
    EIENDOM {
        @Override
        public String text(int index) {
            return String.valueOf(FIRST_PROPERTY + index * PROPERTY_STEP);
        }

        @Override
        public int index(String text) {
            long distance = text.matches("[1-9][0-9]{14}") ? Long.parseLong(text) - FIRST_PROPERTY : -1;
            long index = distance % PROPERTY_STEP == 0 ? distance / PROPERTY_STEP : -1;
            return distance < 0 || index > Integer.MAX_VALUE ? -1 : (int) index;
        }
    },
    /** The UUID of an event; every event has its own. */
    HENDELSE {
        @Override
        public String text(int index) {
            return new UUID(0x5d1a_77c2_90fe_4b31L, 0x9000_0000_0000_0000L | (index * UUID_SCATTER & UUID_BITS))
                    .toString();
        }

        @Override
        public int index(String text) {
            try {
                UUID uuid = UUID.fromString(text);
                long index = uuid.getLeastSignificantBits() * UUID_BACK & UUID_BITS;
                return uuid.getMostSignificantBits() == 0x5d1a_77c2_90fe_4b31L && index <= Integer.MAX_VALUE
                        ? (int) index
                        : -1;
            } catch (IllegalArgumentException e) {
                return -1;
            }
        }
    };

    private static final int DATES = 28 * 12 * 100;
    private static final long DATE_BACK = inverse(7919, DATES);
    private static final long SERIAL_BACK = inverse(31337, 100_000);
    private static final long ORGANISATION_BACK = inverse(123_456_789, 200_000_000);
    private static final long FIRST_PROPERTY = 300_000_000_000_000L;
    private static final long PROPERTY_STEP = 7919;
    private static final long UUID_BITS = (1L << 56) - 1;
    private static final long UUID_SCATTER = 0x9E_3779_B97F_4A7DL;
    private static final long UUID_BACK = BigInteger.valueOf(UUID_SCATTER)
            .modInverse(BigInteger.ONE.shiftLeft(56))
            .longValue();

    private static long inverse(long factor, long modulus) {
        return BigInteger.valueOf(factor)
                .modInverse(BigInteger.valueOf(modulus))
                .longValue();
    }

    /**
     * @param index 0 and up
     * @return the identifikator of that index, always the same and unlike every other
     */
    public abstract String text(int index);

    /** @return the index that {@link #text} made it from, or below 0 when it made no such text */
    public abstract int index(String text);

    /** A person or organisation other than this one and outside every generated list: who answers after an identity change. */
    public String other(String text) {
        int index = (int) (190_000_000L + Math.floorMod(Mix.hash(text), 1_000_000L));
        return switch (this) {
            case PERSON, BLANDET -> text.length() == 9 ? ORGANISASJON.text(index) : PERSON.text(index);
            case SELSKAP -> text(index % 10_000_000);
            default -> text(index);
        };
    }
}
