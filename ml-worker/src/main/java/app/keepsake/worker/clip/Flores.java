package app.keepsake.worker.clip;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The names of languages in FLORES-200, by which nllb learnt them. */
final class Flores {

    private static final String ENGLISH = "eng_Latn";

    /** Those that clients speak, by their tags. */
    private static final Map<String, String> NAMES =
            """
            af afr_Latn, ar arb_Arab, az azj_Latn, be bel_Cyrl, bg bul_Cyrl, bn ben_Beng, ca cat_Latn,
            cs ces_Latn, cy cym_Latn, da dan_Latn, de deu_Latn, el ell_Grek, en eng_Latn, eo epo_Latn,
            es spa_Latn, et est_Latn, eu eus_Latn, fa pes_Arab, fi fin_Latn, fil tgl_Latn, fr fra_Latn,
            ga gle_Latn, gl glg_Latn, gu guj_Gujr, he heb_Hebr, hi hin_Deva, hr hrv_Latn, hu hun_Latn,
            hy hye_Armn, id ind_Latn, is isl_Latn, it ita_Latn, ja jpn_Jpan, ka kat_Geor, kk kaz_Cyrl,
            kmr kmr_Latn, kn kan_Knda, ko kor_Hang, lt lit_Latn, lv lvs_Latn, mk mkd_Cyrl, ml mal_Mlym,
            mn khk_Cyrl, mr mar_Deva, ms zsm_Latn, nb nob_Latn, nl nld_Latn, nn nno_Latn, pl pol_Latn,
            pt por_Latn, ro ron_Latn, ru rus_Cyrl, sk slk_Latn, sl slv_Latn, sq als_Latn, sr srp_Cyrl,
            sv swe_Latn, ta tam_Taml, te tel_Telu, th tha_Thai, tr tur_Latn, uk ukr_Cyrl, ur urd_Arab,
            uz uzn_Latn, vi vie_Latn, yue yue_Hant, zh zho_Hans, zh-hant zho_Hant, zh-hk zho_Hant,
            zh-tw zho_Hant
            """
                    .strip()
                    .lines()
                    .flatMap(line -> java.util.Arrays.stream(line.split(", ?")))
                    .map(pair -> pair.split(" "))
                    .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));

    private Flores() {}

    /** The name of a language by a tag as clients send it; English where nobody knows. */
    static String name(@Nullable String tag) {
        var whole = tag == null ? "" : tag.toLowerCase(Locale.ROOT).replace('_', '-');
        return NAMES.getOrDefault(
                whole, NAMES.getOrDefault(whole.replaceFirst("-.*", ""), ENGLISH));
    }
}
