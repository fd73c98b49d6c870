package app.keepsake.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchWordsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Caf\u00e9  CENTRAL\u00a0caf\u00e9  | cafe central
                    Stra\u00dfe \u0141\u00f3d\u017a \u00d8resund | strasse lodz oresund
                    \u6771\u4eac\u90fd                 | \u6771\u4eac \u4eac\u90fd
                    \u6771                            | \u6771
                    JR\u6771\u4eac\u99c5 3             | jr \u6771\u4eac \u4eac\u99c5 3
                    \uff21\uff22\uff23 \uff76\uff9e\uff70\uff84\uff9e | abc \u30ac\u30fc \u30fc\u30c9
                    \u304c\u304e                      | \u304c\u304e
                    \ud55c\uad6d\uc5b4                | \ud55c\uad6d \uad6d\uc5b4
                    50% "off" a_b                    | 50% "off" a_b
                    """)
    void areAlikeInAQueryAndInWhatItShouldFind(String text, String words) {
        assertThat(String.join(" ", SearchWords.of(text))).isEqualTo(words);
    }

    @Test
    void ofNothingAreNone() {
        assertThat(SearchWords.of(" \t\u3000")).isEmpty();
        assertThat(SearchWords.of("")).isEmpty();
    }
}
