using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Laws;

/// <summary>Methods, targets and selectors are anybody's text: reading them always ends, and never in an exception.</summary>
[Properties(MaxTest = 1000)]
public sealed class RequestTextLaws
{
    private static readonly string[] _targetPieces =
    [
        "/", "/", "/", "api", "apis", "v1", "apps", "namespaces", "ns1", "pods", "status", "watch", "proxy", "a", "", "//", "?", "&", "=", ";",
        "%", "%2F", "%zz", "%C3", "+", "#", "*", ":", "://", "http", "é", "\ud800", "\0", "\n", " ", "watch=1", "fieldSelector=metadata.name=a",
        "labelSelector=a in (", "limit=x",
    ];

    private static readonly string[] _selectorPieces =
    [
        "a", "b", "in", "notin", " ", "=", "==", "!=", "!", "<", ">", "(", ")", ",", "\\", "\0", "é", "😀", "\ud800", "/", "1", "-",
        "metadata.name", "a=b",
    ];

    private static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "LIST", "", "É"];

    [Property]
    public Property Every_request_is_read_and_what_was_read_holds_together() =>
        Prop.ForAll(Arb.From(Gen.Elements(_methods)), Texts("/", _targetPieces), (method, target) =>
        {
            var info = RequestInfo.FromHttp(method, target);

            Assert.Equal(info is { IsResourceRequest: true, Error: null }, !info.Parts.IsEmpty);
            Assert.True(info.IsResourceRequest || (info.Resource, info.Namespace, info.Name, info.ApiVersion) == ("", "", "", ""));
            Assert.Equal(info.IsResourceRequest ? info.Verb : method.ToLowerInvariant(), info.Verb);
            Assert.True(info.Error is null || info.IsResourceRequest != info.IsMalformedTarget);
            Assert.True(info.Parts.IsEmpty || info.Parts[0] == info.Resource);
            Assert.True(info.ApiPrefix is "" or "api" or "apis");
        });

    [Property]
    public Property Any_text_at_all_may_be_a_method_or_a_target() =>
        Prop.ForAll(Texts("", _targetPieces), Texts("", _selectorPieces), (method, target) =>
            Assert.Equal(method.ToLowerInvariant(), RequestInfo.FromHttp(method, "/" + target).ToAttributes(new UserInfo()).Verb));

    [Property]
    public Property A_label_selector_that_was_read_reads_the_same_when_printed() =>
        Prop.ForAll(Texts("", _selectorPieces), text =>
        {
            if (LabelSelectorSyntax.TryParse(text, out var requirements, out var error))
            {
                Assert.True(LabelSelectorSyntax.TryParse(string.Join(',', requirements.Select(Print)), out var again, out _));
                Assert.Equal(requirements, again);
                Assert.All(requirements, r => Assert.True(r.IsValid));
            }
            else
            {
                Assert.NotEqual("", error);
                Assert.Empty(requirements);
            }
        });

    [Property]
    public Property A_field_selector_that_was_read_reads_the_same_when_printed() =>
        Prop.ForAll(Texts("", _selectorPieces.Where(p => p is not ("<" or ">" or "(" or ")" or "\ud800"))), text =>
        {
            if (FieldSelectorSyntax.TryParse(text, out var requirements, out var error))
            {
                Assert.True(FieldSelectorSyntax.TryParse(string.Join(',', requirements.Select(Print)), out var again, out _));
                Assert.Equivalent(requirements, again, strict: true);
            }
            else
            {
                Assert.NotEqual("", error);
                Assert.Empty(requirements);
            }
        });

    [Fact]
    public void The_pieces_make_requests_and_selectors_of_every_sort()
    {
        var seed = new Rnd(20260729UL, 1UL);
        var infos = Texts("/", _targetPieces).Generator.Sample(20000, seed, 12).Select(t => RequestInfo.FromHttp("GET", t)).ToList();
        var selectors = Texts("", _selectorPieces).Generator.Sample(5000, seed, 12).ToList();

        Assert.InRange(infos.Count(i => i is { IsResourceRequest: true, Error: null }), 100, infos.Count);
        Assert.Contains(infos, i => i.Error is not null && !i.IsMalformedTarget);
        Assert.Contains(infos, i => i.Name.Length > 0);
        Assert.InRange(infos.Count(i => i.IsMalformedTarget), 100, infos.Count / 2);
        Assert.InRange(selectors.Count(s => LabelSelectorSyntax.TryParse(s, out var r, out _) && r.Length > 0), 100, selectors.Count);
        Assert.InRange(selectors.Count(s => FieldSelectorSyntax.TryParse(s, out var r, out _) && r.Length > 0), 100, selectors.Count);
    }

    private static Arbitrary<string> Texts(string start, IEnumerable<string> pieces)
    {
        // Half of the targets begin like a real one, so that what follows matters.
        var prefix = start.Length == 0 ? Gen.Constant("") : Gen.Elements(start, "/api/v1/", "/apis/apps/v1/", "/api/v1/namespaces/");
        return Arb.From(
            from first in prefix
            from rest in PolicyGenerators.Many(Gen.Elements(pieces), 0, 10)
            select first + string.Concat(rest),
            text => Enumerable.Range(0, text.Length).Select(i => text.Remove(i, 1)));
    }

    private static string Print(LabelRequirement requirement) => requirement.Operator switch
    {
        SelectionOperator.Exists => requirement.Key,
        SelectionOperator.DoesNotExist => "!" + requirement.Key,
        SelectionOperator.In => $"{requirement.Key} in ({string.Join(',', requirement.Values)})",
        SelectionOperator.NotIn => $"{requirement.Key} notin ({string.Join(',', requirement.Values)})",
        SelectionOperator.Equals => $"{requirement.Key}={requirement.Values[0]}",
        SelectionOperator.DoubleEquals => $"{requirement.Key}=={requirement.Values[0]}",
        SelectionOperator.NotEquals => $"{requirement.Key}!={requirement.Values[0]}",
        SelectionOperator.GreaterThan => $"{requirement.Key}>{requirement.Values[0]}",
        _ => $"{requirement.Key}<{requirement.Values[0]}",
    };

    private static string Print(FieldRequirement requirement)
    {
        var value = requirement.Value.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace(",", @"\,", StringComparison.Ordinal).Replace("=", @"\=", StringComparison.Ordinal);
        return requirement.Field + (requirement.Operator == SelectionOperator.Equals ? "=" : "!=") + value;
    }
}
