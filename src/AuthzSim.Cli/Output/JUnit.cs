using System.Globalization;
using System.Text;
using System.Xml;
using AuthzSim.PolicyTests;

namespace AuthzSim.Cli.Output;

/// <summary>What came of tests as the JUnit XML that CI systems read: a suite for each test, a case for each case.</summary>
internal static class JUnit
{
    public static void Write(PolicyTestReport report, FindingWords words, TextWriter output)
    {
        using (var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true, CloseOutput = false }))
        {
            xml.WriteStartElement("testsuites");
            WriteCounts(xml, AuthzSimCommand.Name, report.Passed + report.Failed, report.Failed);
            foreach (var test in report.Tests)
            {
                Write(xml, test, words);
            }

            xml.WriteEndElement();
        }

        output.Write('\n');
    }

    private static void Write(XmlWriter xml, TestOutcome test, FindingWords words)
    {
        var (path, name) = (test.Test.Location.Path ?? "", test.Test.Name);
        var suite = name.Length == 0 ? path : name;
        xml.WriteStartElement("testsuite");
        WriteCounts(xml, suite, test.Cases.Length, test.Cases.Count(c => !c.Passed));
        xml.WriteAttributeString("file", Clean(path));
        foreach (var @case in test.Cases)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("name", Clean(@case.Name));
            xml.WriteAttributeString("classname", Clean(suite));
            xml.WriteAttributeString("file", Clean(@case.Assertion.Location.Path ?? path));
            xml.WriteAttributeString("line", @case.Assertion.Location.Line.ToString(CultureInfo.InvariantCulture));
            if (!@case.Passed)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", Clean(FindingWords.Headline(@case)));
                xml.WriteAttributeString("type", @case.Assertion.Word);
                xml.WriteString(Clean($"{@case.Assertion.Location}\n{string.Join('\n', words.Of(@case))}"));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, string name, int tests, int failures)
    {
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("tests", tests.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", failures.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", "0");
    }

    /// <summary>XML 1.0 has no words for most control characters.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }
}
