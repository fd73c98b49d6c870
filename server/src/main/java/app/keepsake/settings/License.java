package app.keepsake.settings;

import app.keepsake.problem.Problem;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A product key as Immich's clients send one. Keepsake sells nothing and checks nothing but the
 * form: the key is kept because a client that was given one wants to see it again.
 */
public record License(Instant activatedAt, String activationKey, String licenseKey) {

    private static final Pattern FORM = Pattern.compile("IM(SV|CL)(-[\\dA-Za-z]{4}){8}");

    public License {
        if (!FORM.matcher(licenseKey).matches()) {
            throw new Problem.Invalid("Invalid license key");
        }
    }
}
