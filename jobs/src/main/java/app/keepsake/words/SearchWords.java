package app.keepsake.words;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The words of a text, such that those of a query meet those of what it should find: in lower case,
 * without accents, in one width. Chinese, Japanese and Korean have no spaces to tell words by, so
 * every two characters that follow each other are one.
 */
public final class SearchWords {

    private static final String CJK =
            "[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\u30fc]";
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
    private static final Pattern RUNS = Pattern.compile("%s+|[^%s]+".formatted(CJK, CJK));
    private static final Pattern IS_CJK = Pattern.compile(CJK);

    /** All but the two that make another letter of a Japanese one. */
    private static final Pattern ACCENTS = Pattern.compile("[\\p{Mn}&&[^\u3099\u309a]]");

    /** What no accent can be taken off. */
    private static final Map<String, String> LETTERS =
            Map.of(
                    "\u00df", "ss", "\u00e6", "ae", "\u0153", "oe", "\u00f8", "o", "\u0111", "d",
                    "\u0142", "l", "\u0131", "i");

    private SearchWords() {}

    /** Each word once, in the order of the text. */
    public static Set<String> of(String text) {
        var words = new LinkedHashSet<String>();
        for (var token : SPACES.split(plain(text))) {
            for (var run : RUNS.matcher(token).results().map(MatchResult::group).toList()) {
                if (isCjk(run)) {
                    words.addAll(pairs(run));
                } else {
                    words.add(run);
                }
            }
        }
        return words;
    }

    /** Whether a word is one or two characters of a script without spaces. */
    public static boolean isCjk(String word) {
        return IS_CJK.matcher(word).lookingAt();
    }

    private static String plain(String text) {
        var decomposed = Normalizer.normalize(text, Form.NFKD).toLowerCase(Locale.ROOT);
        var plain = Normalizer.normalize(ACCENTS.matcher(decomposed).replaceAll(""), Form.NFC);
        for (var letter : LETTERS.entrySet()) {
            plain = plain.replace(letter.getKey(), letter.getValue());
        }
        return plain;
    }

    private static List<String> pairs(String run) {
        var characters = run.codePoints().mapToObj(Character::toString).toList();
        if (characters.size() == 1) {
            return characters;
        }
        var pairs = new ArrayList<String>();
        for (int i = 1; i < characters.size(); i++) {
            pairs.add(characters.get(i - 1) + characters.get(i));
        }
        return pairs;
    }
}
