using AuthzSim.Rbac;
using AuthzSim.Server.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>How a write is to be made (upstream: <c>CreateOptions</c>, <c>UpdateOptions</c> and <c>PatchOptions</c> of <c>meta/v1</c>).</summary>
/// <param name="IsDryRun">Nothing is stored.</param>
/// <param name="FieldValidation"><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>.</param>
/// <param name="Manager">Who writes.</param>
/// <param name="Force">Takes the fields of other managers.</param>
internal sealed record WriteOptions(bool IsDryRun, string FieldValidation, string Manager, bool Force)
{
    private const int ManagerMaxLength = 128;

    /// <summary>Reads them from a query; the failure is null when there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="kind">The kind of the options, which failures name.</param>
    /// <param name="isApply">True for server-side apply.</param>
    public static (WriteOptions? Options, ApiStatus? Failure) Read(ApiRequest request, string kind, bool isApply = false)
    {
        var query = request.Query;
        var (dryRun, validation, manager) = (query.First("dryRun"), query.First("fieldValidation") ?? "", query.First("fieldManager") ?? "");
        FieldErrorList errors = default;
        if (kind == "PatchOptions" && !isApply && query.First("force") is not null)
        {
            errors.Add(FieldErrors.Forbidden("force", "may not be specified for non-apply patch"));
        }

        if (isApply && manager.Length == 0)
        {
            errors.Add(FieldErrors.Required("fieldManager", "is required for apply patch"));
        }

        if (manager.Length > ManagerMaxLength)
        {
            errors.Add(FieldErrors.TooLong("fieldManager", ManagerMaxLength));
        }

        if (manager.Any(char.IsControl))
        {
            errors.Add(FieldErrors.Invalid("fieldManager", manager, "should only contain printable characters"));
        }

        if (dryRun is not (null or "All"))
        {
            errors.Add(FieldErrors.NotSupported("dryRun", dryRun, "All"));
        }

        if (validation is not ("" or "Strict" or "Warn" or "Ignore"))
        {
            errors.Add(FieldErrors.NotSupported("fieldValidation", validation, "Ignore", "Strict", "Warn"));
        }

        var found = errors.ToImmutable();
        return found.IsEmpty
            ? (new WriteOptions(dryRun is not null, validation.Length == 0 ? "Warn" : validation, manager.Length > 0 ? manager : AgentOf(request), query.IsTrue("force")), null)
            : (null, ApiStatuses.Invalid("meta.k8s.io", kind, "", found));
    }

    private static string AgentOf(ApiRequest request)
    {
        var agent = request.Http.Request.Headers.UserAgent.ToString().Split('/')[0];
        return string.Concat(agent.Where(c => !char.IsControl(c)).Take(ManagerMaxLength)) is { Length: > 0 } name ? name : "unknown";
    }
}
