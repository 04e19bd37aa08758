package no.delingsruter.skatteetaten.list;

/**
 * Which days a list is asked for to tell how far it goes: today; and when nothing new begins there, the latest day of a month that anything
 * began on. One call for a list that has had nothing for so long, seven at most.
 */
final class HeadSearch {
    private static final int MONTH = 32;
    private static final int OVER = -1;

    private final long last;
    /** Nothing began on this day back, or later. */
    private int without;
    /** Something began on this day back, or later; {@link #MONTH} until that is known. */
    private int with = MONTH;

    private int ask;
    private long head;

    /** @param last number that was read */
    HeadSearch(long last) {
        this.last = last;
    }

    boolean isOver() {
        return ask == OVER;
    }

    /** The day to ask for. */
    int daysBack() {
        return ask;
    }

    /** @param first number of that day or later, 0 for none */
    void answered(long first) {
        head = Math.max(head, first);
        if (head > last || (ask == 0 && first > 0) || (ask == MONTH && first <= 0)) {
            ask = OVER;
            return;
        }
        if (ask == 0) {
            ask = MONTH;
            return;
        }
        if (first > 0) {
            with = ask;
        } else {
            without = ask;
        }
        ask = with - without > 1 ? (with + without) / 2 : OVER;
    }

    /** The highest number that was told, 0 for none. */
    long head() {
        return head;
    }
}
