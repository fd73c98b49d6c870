package app.keepsake.ocr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The order in which people read: lines from the top, and each from the left. */
final class ReadingOrder {

    private ReadingOrder() {}

    static List<Text> of(List<Text> texts) {
        var byTop = new ArrayList<>(texts);
        byTop.sort(Comparator.comparingDouble(Text::middle).thenComparing(Text::id));
        var ordered = new ArrayList<Text>();
        for (int from = 0, to; from < byTop.size(); from = to) {
            var first = byTop.get(from);
            to = from + 1;
            // On one line with the first is what has its middle within the first's height.
            while (to < byTop.size() && byTop.get(to).middle() < first.bottom()) {
                to++;
            }
            var line = new ArrayList<>(byTop.subList(from, to));
            line.sort(Comparator.comparingDouble(Text::left).thenComparing(Text::id));
            ordered.addAll(line);
        }
        return ordered;
    }
}
