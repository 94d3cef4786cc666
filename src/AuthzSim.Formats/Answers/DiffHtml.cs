using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuthzSim.Analysis;

namespace AuthzSim.Formats.Answers;

/// <summary>
/// A <see cref="DiffReport"/> as one page that needs no network: every change to be opened, searched and filtered. It reads
/// without JavaScript too, and its content security policy lets nothing run or load but what is in it.
/// </summary>
public static class DiffHtml
{
    private const int OpenedAtOnce = 3;
    private static readonly string _style = Resource("diff.css");
    private static readonly string _script = Resource("diff.js");

    /// <summary>Writes the page, to be encoded as UTF-8. The same report gives the same text.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Where to; lines end in <c>\n</c>.</param>
    public static void Write(DiffReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        var subjects = ReportedChange.OfSubjects(report.Diff);
        var people = ReportedChange.OfPeople(report.Diff);
        ImmutableArray<ReportedChange> all = [.. subjects, .. people];
        var rules = all.SelectMany(c => c.Gained.Rules.Concat(c.Lost.Rules)).ToList();
        var namespaces = new FilterWords(rules.OfType<ResourceAccessRule>().Select(r => r.Namespaces));
        var verbs = new FilterWords(rules.Select(r => r.Verbs));
        var changes = new ChangeHtml(output, namespaces, verbs);
        var summary = DiffWords.Summary(report.Diff);
        WriteHead(output, summary);
        output.Write("<body>\n<header>\n<h1>What changes for whom</h1>\n");
        output.Write($"<p class=\"lead\">{HtmlText.Of(Capitalised(summary))}.</p>\n");
        output.Write($"<dl class=\"sides\"><dt>Before</dt><dd>{ChangeHtml.Code(report.Before)}</dd><dt>After</dt><dd>{ChangeHtml.Code(report.After)}</dd></dl>\n</header>\n");
        if (!all.IsEmpty)
        {
            WriteFilters(output, all, namespaces, verbs, rules.Exists(r => r is UrlAccessRule));
        }

        output.Write("<main>\n");
        if (all.IsEmpty)
        {
            output.Write("<p>Nobody may do anything else than before.</p>\n");
        }

        WriteRefused(output, changes, report.Refused);
        WriteChanges(output, changes, "Subjects of bindings", subjects, all.Length <= OpenedAtOnce);
        WriteChanges(output, changes, "People, by name and groups together", people, all.Length <= OpenedAtOnce);
        if (!report.Diff.Expired.IsEmpty || !report.Diff.Unused.IsEmpty)
        {
            output.Write("<section class=\"box\"><h2>Exceptions</h2>\n");
            changes.List("Expired: they agree to nothing any more", "", report.Diff.Expired, ChangeHtml.Agreement);
            changes.List("Without use: they agree to nothing gained here", "", report.Diff.Unused, ChangeHtml.Agreement);
            output.Write("</section>\n");
        }

        output.Write($"</main>\n{(all.IsEmpty ? "" : $"<script>{_script}</script>\n")}</body>\n</html>\n");
    }

    private static void WriteHead(TextWriter output, string title)
    {
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n");
        output.Write(
            $"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{HashOf(_style)}'; script-src '{HashOf(_script)}'; base-uri 'none'; form-action 'none'\" />\n");
        output.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<meta name=\"color-scheme\" content=\"light dark\" />\n");
        output.Write($"<title>Access: {HtmlText.Of(title)}</title>\n<style>{_style}</style>\n</head>\n");
    }

    private static void WriteFilters(
        TextWriter output, ImmutableArray<ReportedChange> changes, FilterWords namespaces, FilterWords verbs, bool hasUrls)
    {
        output.Write("<form id=\"filters\" hidden=\"\">\n");
        output.Write("<label><span>Search (press /)</span><input type=\"search\" name=\"q\" autocomplete=\"off\" /></label>\n");
        output.Write("<label><span>Subject</span><input type=\"search\" name=\"who\" autocomplete=\"off\" placeholder=\"user, group, service account\" /></label>\n");
        WriteChoice(output, "Namespace", "n", namespaces, n => n.Length == 0 ? "(cluster scope)" : n, hasUrls);
        WriteChoice(output, "Verb", "v", verbs, v => v.Length == 0 ? "\"\"" : v, false);
        output.Write("<fieldset><legend>Severity</legend>\n");
        foreach (var label in ReportedChange.Labels)
        {
            var count = changes.Count(c => c.Label == label);
            if (count > 0)
            {
                output.Write($"<label><input type=\"checkbox\" value=\"{label}\" /> {label} <span class=\"soft\">{DiffWords.Number(count)}</span></label>\n");
            }
        }

        output.Write("</fieldset>\n<div class=\"tools\"><output id=\"count\" role=\"status\"></output>");
        output.Write("<button type=\"button\" id=\"open\">Open all</button><button type=\"reset\">Clear</button></div>\n</form>\n");
    }

    private static void WriteChoice(TextWriter output, string label, string name, FilterWords words, Func<string, string> say, bool hasUrls)
    {
        output.Write($"<label class=\"half\"><span>{label}</span><select name=\"{name}\"><option value=\"\">any</option>\n");
        for (var i = 0; i < words.Values.Length; i++)
        {
            output.Write($"<option value=\"{Index(i)}\">{HtmlText.Of(say(words.Values[i]))}</option>\n");
        }

        output.Write($"<option value=\"{Index(words.Values.Length)}\">(any that is not listed)</option>\n");
        output.Write($"{(hasUrls ? $"<option value=\"{ChangeHtml.UrlScope}\">(URLs)</option>\n" : "")}</select></label>\n");
    }

    private static void WriteRefused(TextWriter output, ChangeHtml changes, ImmutableArray<RefusedEdit> refused)
    {
        if (refused.IsEmpty)
        {
            return;
        }

        output.Write($"<section class=\"box refused\"><h2>The API server would refuse {DiffWords.Counted(refused.Length, "edit", "edits")}</h2>\n<p class=\"soft\">What follows is as if it did not.</p>\n");
        changes.List(
            "", "", refused, r => $"{ChangeHtml.Code(r.Edit)}{ChangeHtml.At(r.Location)}: {HtmlText.Of(r.Message)}");
        output.Write("</section>\n");
    }

    private static void WriteChanges(TextWriter output, ChangeHtml writer, string heading, ImmutableArray<ReportedChange> changes, bool isOpen)
    {
        if (changes.IsEmpty)
        {
            return;
        }

        output.Write($"<section class=\"changes\"><h2>{heading}</h2>\n");
        foreach (var change in changes)
        {
            writer.Write(change, isOpen);
        }

        output.Write("</section>\n");
    }

    private static string Capitalised(string summary) => char.ToUpperInvariant(summary[0]) + summary[1..];

    private static string Index(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string name)
    {
        using var stream = typeof(DiffHtml).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
