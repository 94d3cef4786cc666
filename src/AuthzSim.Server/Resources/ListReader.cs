using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>A part of a list.</summary>
internal sealed record ListPage(IReadOnlyCollection<StoredObject> Items, ListMeta Meta);

/// <summary>
/// Lists at once or in pages, all pages of one list being of one state (upstream: <c>k8s.io/apiserver/pkg/storage/continue.go</c> and
/// <c>GetList</c> of <c>pkg/storage/etcd3/store.go</c>).
/// </summary>
internal static class ListReader
{
    private const string TokenVersion = "meta.k8s.io/v1";

    /// <summary>The page that is asked for, or the failure.</summary>
    public static (ListPage? Page, ApiStatus? Failure) Read(ApiRequest request, ClusterStore store, Selection selection)
    {
        var limit = GoNumbers.TryParseInt64(request.Query.First("limit") ?? "", out var number) && number > 0 ? number : long.MaxValue;
        var (state, after, failure) = request.Query.First("continue") is { Length: > 0 } token
            ? Continued(request, store, selection.Resource, token)
            : Begun(request, store);
        if (failure is not null)
        {
            return (null, failure);
        }

        List<StoredObject> items = [];
        var hasMore = false;
        foreach (var item in selection.Of(state!, after))
        {
            if (items.Count == limit)
            {
                hasMore = true;
                break;
            }

            items.Add(item);
        }

        return (new ListPage(items, hasMore
            ? new ListMeta(state!.Version, TokenOf(state.Version, items[^1]), selection.IsAll ? selection.Of(state, items[^1]).LongCount() : null)
            : new ListMeta(state!.Version)), null);
    }

    /// <summary>A resourceVersion of a query; null when it is none.</summary>
    public static long? VersionOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>The 400 for a resourceVersion that is none.</summary>
    public static ApiStatus NoVersion(string text) =>
        ApiStatuses.BadRequest($"resourceVersion: Invalid value: {GoText.Quote(text)}: strconv.ParseUint: parsing {GoText.Quote(text)}: invalid syntax");

    private static (VersionedObjects? State, StoredObject? After, ApiStatus? Failure) Begun(ApiRequest request, ClusterStore store)
    {
        var (text, state) = (request.Query.First("resourceVersion") ?? "", store.State);
        if (text is "" or "0")
        {
            return (state, null, null);
        }

        if (VersionOf(text) is not { } version)
        {
            return (null, null, NoVersion(text));
        }

        if (version > state.Version)
        {
            return (null, null, new ApiStatus
            {
                Code = 504,
                Reason = "Timeout",
                Message = string.Create(CultureInfo.InvariantCulture, $"Too large resource version: {version}, current: {state.Version}"),
                Details = new StatusDetails { Causes = [new StatusCause("ResourceVersionTooLarge", "Too large resource version", "")] },
            });
        }

        if (request.Query.First("resourceVersionMatch") != "Exact")
        {
            return (state, null, null);
        }

        return store.Log.At(version) is { } then
            ? (then, null, null)
            : (null, null, Expired("The resourceVersion for the provided list is too old."));
    }

    private static (VersionedObjects? State, StoredObject? After, ApiStatus? Failure) Continued(
        ApiRequest request, ClusterStore store, ServedResource resource, string token)
    {
        if (request.Query.First("resourceVersion") is { Length: > 0 } and not "0")
        {
            return (null, null, ApiStatuses.BadRequest("specifying resource version is not allowed when using continue"));
        }

        try
        {
            var decoded = JsonNode.Parse(Base64Url.DecodeFromChars(token));
            if ((string?)decoded?["v"] == TokenVersion && (long?)decoded["rv"] is { } version && (string?)decoded["start"] is { } start)
            {
                var slash = resource.IsNamespaced ? start.IndexOf('/', StringComparison.Ordinal) : -1;
                var after = ObjectOrder.Probe(resource, slash < 0 ? "" : start[..slash], start[(slash + 1)..].TrimEnd('\0'));
                return store.Log.At(version) is { } state
                    ? (state, after, null)
                    : (null, null, Expired(
                        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."));
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return (null, null, ApiStatuses.BadRequest($"continue key is not valid: {e.Message}"));
        }

        return (null, null, ApiStatuses.BadRequest("continue key is not valid: it is not one of this server"));
    }

    private static string TokenOf(long version, StoredObject last)
    {
        var token = new JsonObject
        {
            ["v"] = TokenVersion,
            ["rv"] = version,
            ["start"] = $"{(last.Namespace.Length > 0 ? $"{last.Namespace}/" : "")}{last.Name}\0",
        };
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token.ToJsonString()));
    }

    private static ApiStatus Expired(string message) => new() { Code = 410, Reason = "Expired", Message = message };
}
