package app.keepsake.immich.adminconfig;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * A number without a fraction: 30 and 30.0, but neither 30.5, which Jackson would cut, nor "30".
 */
@JacksonAnnotationsInside
@JsonDeserialize(using = Whole.Reader.class)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface Whole {

    class Reader extends StdDeserializer<Integer> {

        Reader() {
            super(Integer.class);
        }

        @Override
        public Integer deserialize(JsonParser json, DeserializationContext context) {
            if (!json.currentToken().isNumeric()) {
                return (Integer) context.handleUnexpectedToken(Integer.class, json);
            }
            try {
                return json.getDecimalValue().intValueExact();
            } catch (ArithmeticException e) {
                return context.reportInputMismatch(this, "not a whole number");
            }
        }
    }
}
