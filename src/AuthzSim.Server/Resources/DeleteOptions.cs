using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AuthzSim.Rbac;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>How an object is to be deleted (upstream: <c>k8s.io/apimachinery/pkg/apis/meta/v1.DeleteOptions</c>).</summary>
/// <param name="IsDryRun">Nothing is deleted.</param>
/// <param name="Uid">The uid it must have; <c>""</c> for any.</param>
/// <param name="Version">The resourceVersion it must have; <c>""</c> for any.</param>
internal sealed record DeleteOptions(bool IsDryRun, string Uid, string Version)
{
    /// <summary>
    /// Reads them from body and query; null when the refusal has been given. Nothing here is owned by anything, so what becomes of
    /// dependents is accepted and makes no difference.
    /// </summary>
    public static async Task<DeleteOptions?> ReadAsync(ApiRequest request)
    {
        if (await BodyReader.ReadJsonAsync(request).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        var (options, failure) = Read(request, body);
        if (failure is not null)
        {
            await request.AnswerAsync(failure).ConfigureAwait(false);
        }

        return options;
    }

    /// <summary>The 409 for an object that is not the one meant, or null.</summary>
    public ApiStatus? Conflict(StoredObject item)
    {
        var (uid, version) = (item.Uid.ToString(), item.Version.ToString(CultureInfo.InvariantCulture));
        var message = Uid.Length > 0 && Uid != uid
            ? $"the UID in the precondition ({Uid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated"
            : Version.Length > 0 && Version != version
                ? $"the ResourceVersion in the precondition ({Version}) does not match the ResourceVersion in record ({version}). The object might have been modified"
                : null;
        return message is null ? null : ApiStatuses.Conflict(item.Resource.Group, item.Resource.Kind, item.Name, message);
    }

    private static (DeleteOptions? Options, ApiStatus? Failure) Read(ApiRequest request, ReadOnlyMemory<byte> body)
    {
        var query = request.Query;
        List<string> dryRun = query.First("dryRun") is { } asked ? [asked] : [];
        var (propagation, uid, version) = (query.First("propagationPolicy") ?? "", "", "");
        if (!body.IsEmpty)
        {
            try
            {
                using var document = JsonDocument.Parse(body);
                var root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object)
                {
                    return (null, ApiStatuses.BadRequest("json: cannot unmarshal the body into DeleteOptions: an object is needed"));
                }

                if (root.TryGetProperty("preconditions"u8, out var preconditions))
                {
                    (uid, version) = (MetadataReader.TextOf(preconditions, "uid"), MetadataReader.TextOf(preconditions, "resourceVersion"));
                }

                propagation = MetadataReader.TextOf(root, "propagationPolicy") is { Length: > 0 } policy ? policy : propagation;
                if (root.TryGetProperty("dryRun"u8, out var list) && list.ValueKind == JsonValueKind.Array)
                {
                    dryRun.AddRange(list.EnumerateArray().Select(i => i.ToString()));
                }
            }
            catch (JsonException e)
            {
                return (null, ApiStatuses.BadRequest($"couldn't get version/kind; json parse error: {e.Message}"));
            }
        }

        var errors = Validate(dryRun, propagation);
        return errors.IsEmpty
            ? (new DeleteOptions(dryRun.Count > 0, uid, version), null)
            : (null, ApiStatuses.Invalid("meta.k8s.io", "DeleteOptions", "", errors));
    }

    private static ImmutableArray<FieldError> Validate(List<string> dryRun, string propagation)
    {
        FieldErrorList errors = default;
        if (propagation is not ("" or "Foreground" or "Background" or "Orphan"))
        {
            errors.Add(FieldErrors.NotSupported("propagationPolicy", propagation, "Foreground", "Background", "Orphan", "nil"));
        }

        if (dryRun.Find(d => d != "All") is { } unknown)
        {
            errors.Add(FieldErrors.NotSupported("dryRun", unknown, "All"));
        }

        return errors.ToImmutable();
    }
}
