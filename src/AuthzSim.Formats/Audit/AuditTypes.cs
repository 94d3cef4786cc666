using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Audit;

/// <summary>What an object says it is; null for what it does not say.</summary>
internal record struct AuditType(string? ApiVersion, string? Kind);

/// <summary>Tells audit events and lists of them from everything else.</summary>
internal static class AuditTypes
{
    private const string Group = "audit.k8s.io/";
    private const string CoreListKind = "List";

    /// <summary>Refuses what is no event of the version read.</summary>
    public static void Check(AuditType type, bool isTyped, int index)
    {
        if (!isTyped && type is { ApiVersion: null, Kind: null })
        {
            return;
        }

        if (type is not { ApiVersion: AuditEventDecoder.ApiVersion, Kind: AuditEventDecoder.EventKind })
        {
            throw Refuse(type, index);
        }
    }

    /// <summary>What is wrong with a list, or null.</summary>
    public static UnreadableInputException? ProblemOfList(AuditType type, bool hasUntypedItems) => type switch
    {
        { ApiVersion: AuditEventDecoder.ApiVersion, Kind: AuditEventDecoder.ListKind } => null,
        { ApiVersion: "v1", Kind: CoreListKind } when hasUntypedItems => new(
            0, DiagnosticCodes.NoKind, "the items of a `kind: List` must say that they are `kind: Event` of `audit.k8s.io/v1`"),
        { ApiVersion: "v1", Kind: CoreListKind } => null,
        _ => Refuse(type, 0),
    };

    private static UnreadableInputException Refuse(AuditType type, int index) => type switch
    {
        { Kind: null } => new(index, DiagnosticCodes.NoKind, "no `kind` here: an audit log holds objects of `kind: Event`, `apiVersion: audit.k8s.io/v1`"),
        { ApiVersion: null } => new(index, DiagnosticCodes.NoApiVersion, $"no `apiVersion` here for `kind: {type.Kind}`: audit events are of `audit.k8s.io/v1`"),
        _ when type.ApiVersion.StartsWith(Group, StringComparison.Ordinal) && type.ApiVersion != AuditEventDecoder.ApiVersion => new(
            index, DiagnosticCodes.UnknownVersion, $"`{type.ApiVersion}` is not read: let the server write `audit.k8s.io/v1` (`--audit-log-version`)"),
        _ => new(
            index, DiagnosticCodes.UnknownKind, $"`kind: {type.Kind}` of `{type.ApiVersion}` is no audit event: those are `kind: Event` of `audit.k8s.io/v1`"),
    };
}
