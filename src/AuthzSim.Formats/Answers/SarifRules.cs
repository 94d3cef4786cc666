using System.Collections.Frozen;
using AuthzSim.Impact;

namespace AuthzSim.Formats.Answers;

/// <summary>What a SARIF log says of the sorts of result in a diff.</summary>
internal static class SarifRules
{
    public const string Lost = "access-lost";
    public const string Agreed = "access-agreed";
    public const string Refused = "edit-refused";
    public const string Expired = "exception-expired";
    public const string Unused = "exception-unused";

    private static readonly FrozenDictionary<string, string> _descriptions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [RiskCodes.ClusterAdmin] = "Somebody becomes cluster admin",
        [RiskCodes.WildcardEverything] = "Somebody gains all verbs on all resources",
        [RiskCodes.WildcardResources] = "Somebody gains verbs on all resources of API groups, those of tomorrow included",
        [RiskCodes.WildcardVerbs] = "Somebody gains all verbs on some resources, those of tomorrow included",
        [RiskCodes.WildcardUrls] = "Somebody gains every URL that is no resource",
        [RiskCodes.Anonymous] = "Access without a credential",
        [RiskCodes.AllAuthenticated] = "Access for everybody with any credential",
        [RiskCodes.AllServiceAccounts] = "Access for every service account",
        [RiskCodes.Secrets] = "Somebody gains to read secrets",
        [RiskCodes.Escalate] = "Somebody gains the verb escalate on roles",
        [RiskCodes.Bind] = "Somebody gains the verb bind on roles",
        [RiskCodes.Impersonate] = "Somebody gains to act as others",
        [RiskCodes.Exec] = "Somebody gains to get into running containers",
        [RiskCodes.Tokens] = "Somebody gains to make tokens of service accounts",
        [RiskCodes.NodesProxy] = "Somebody gains the kubelet API",
        [RiskCodes.Webhooks] = "Somebody gains to write admission webhooks or mutating policies",
        [RiskCodes.CertificateApproval] = "Somebody gains to approve or sign certificates",
        [RiskCodes.CreatePods] = "Somebody gains to run pods",
        [RiskCodes.WriteRbac] = "Somebody gains to write roles or bindings",
        [RiskCodes.Write] = "Somebody gains to change objects",
        [RiskCodes.Read] = "Somebody gains to read objects or URLs",
        [Lost] = "Somebody loses access",
        [Agreed] = "Somebody gains access that was agreed on",
        [Refused] = "The API server would refuse an edit",
        [Expired] = "An exception has expired",
        [Unused] = "An exception agrees to nothing that was gained",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>One sentence on the rule.</summary>
    public static string DescriptionOf(string code) => _descriptions.GetValueOrDefault(code, code);

    /// <summary><c>error</c>, <c>warning</c> or <c>note</c>.</summary>
    public static string LevelOf(Severity severity) => severity switch
    {
        >= Severity.High => "error",
        Severity.Medium => "warning",
        _ => "note",
    };

    /// <summary>The score that GitHub reads a severity from: over 9 critical, from 7 high, from 4 medium, else low.</summary>
    public static string ScoreOf(Severity severity) => severity switch
    {
        Severity.Critical => "9.5",
        Severity.High => "8.0",
        Severity.Medium => "5.5",
        _ => "2.0",
    };
}
