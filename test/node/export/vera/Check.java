import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks one file against each flavour that is named after it, and prints a line for each: the flavour, true or false, and what failed. */
public class Check {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (int index = 1; index < arguments.length; index++) {
      PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[index]);
      try (PDFAParser parser =
          Foundries.defaultInstance().createParser(new FileInputStream(arguments[0]), flavour)) {
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
        ValidationResult result = validator.validate(parser);
        StringBuilder line = new StringBuilder("RESULT " + arguments[index] + " " + result.isCompliant());
        for (TestAssertion assertion : result.getTestAssertions())
          if (assertion.getStatus() == TestAssertion.Status.FAILED)
            line.append(" | ").append(assertion.getRuleId().getClause()).append(" ").append(assertion.getMessage());
        System.out.println(line);
      }
    }
  }
}
