using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AuthzSim.Rbac;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthzSim.Server.Resources;

/// <summary>
/// Tells a client of changes as they are made, one JSON document a line (upstream:
/// <c>k8s.io/apiserver/pkg/endpoints/handlers/watch.go</c>, <c>pkg/storage/cacher</c>).
/// </summary>
internal sealed class Watch(ClusterStore store, ApiRequest request, Selection selection, Representation form, TimeProvider time)
{
    private const int BatchBytes = 1 << 16;
    private static readonly TimeSpan _bookmarkInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(30);

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly bool _withBookmarks = request.Query.IsTrue("allowWatchBookmarks");
    private bool _hasColumns;
    private bool _isTooSlow;

    /// <summary>Why it cannot begin, or null.</summary>
    public ApiStatus? Check()
    {
        var (match, initial) = (request.Query.First("resourceVersionMatch") ?? "", request.Query.First("sendInitialEvents"));
        FieldErrorList errors = default;
        if (match.Length > 0 && initial is null)
        {
            errors.Add(FieldErrors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
        else if (initial is not null && match != "NotOlderThan")
        {
            errors.Add(match.Length == 0
                ? FieldErrors.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
                : FieldErrors.NotSupported("resourceVersionMatch", match, "NotOlderThan"));
        }

        var found = errors.ToImmutable();
        var version = request.Query.First("resourceVersion") ?? "";
        return !found.IsEmpty ? ApiStatuses.Invalid("meta.k8s.io", "ListOptions", "", found)
            : version.Length > 0 && ListReader.VersionOf(version) is null ? ListReader.NoVersion(version)
            : null;
    }

    /// <summary>Runs until the client goes, its time is over, or the server stops.</summary>
    /// <param name="stopping">The server stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        var response = request.Http.Response;
        response.ContentType = ApiResponse.Json;
        request.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var limit = new CancellationTokenSource(TimeLimit(), time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping, limit.Token);
        try
        {
            await response.StartAsync(ends.Token).ConfigureAwait(false);
            await SendAsync(response, ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_isTooSlow || !request.Aborted.IsCancellationRequested)
        {
            // The end of a watch is no failure.
        }
    }

    private async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var text = request.Query.First("resourceVersion") ?? "";
        var initial = request.Query.First("sendInitialEvents") is null ? text is "" or "0" : request.Query.IsTrue("sendInitialEvents");
        var state = store.State;
        var at = text is "" or "0" || initial ? state.Version : ListReader.VersionOf(text)!.Value;
        if (initial)
        {
            foreach (var item in selection.Of(state))
            {
                Add("ADDED", item);
                if (_buffer.WrittenCount > BatchBytes)
                {
                    await FlushAsync(response, cancellationToken).ConfigureAwait(false);
                }
            }

            if (_withBookmarks && request.Query.IsTrue("sendInitialEvents"))
            {
                AddBookmark(at, isInitialEnd: true);
            }
        }

        while (true)
        {
            var events = store.Log.ReadAfter(at, out var current, out var changed);
            if (events is null)
            {
                AddError(at, current.Version);
                await FlushAsync(response, cancellationToken).ConfigureAwait(false);
                return;
            }

            foreach (var item in events)
            {
                Add(item);
                if (_buffer.WrittenCount > BatchBytes)
                {
                    await FlushAsync(response, cancellationToken).ConfigureAwait(false);
                }
            }

            at = Math.Max(at, current.Version);
            await FlushAsync(response, cancellationToken).ConfigureAwait(false);
            try
            {
                await changed.WaitAsync(_withBookmarks ? _bookmarkInterval : Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                AddBookmark(at, isInitialEnd: false);
            }
        }
    }

    private TimeSpan TimeLimit() =>
        long.TryParse(request.Query.First("timeoutSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && seconds < _longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : _longest;

    /// <summary>A client that does not read is told no more: what it leaves lying would be kept for it.</summary>
    private async Task FlushAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(response, cancellationToken).WaitAsync(request.Limits.Timeout, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _isTooSlow = true;
            request.Http.Abort();
            throw new OperationCanceledException("the client does not read");
        }
    }

    private async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        if (_buffer.WrittenCount > 0)
        {
            await response.Body.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _buffer.ResetWrittenCount();
        }

        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>To a client that selects, an object that is selected no longer is gone, and one that is now is new.</summary>
    private void Add(ObjectEvent change)
    {
        var was = change.Previous is not null && selection.Matches(change.Previous);
        var isNow = !change.IsDeletion && selection.Matches(change.Object);
        if (was || isNow)
        {
            Add(
                !was ? "ADDED" : isNow ? "MODIFIED" : "DELETED",
                isNow || change.IsDeletion ? change.Object : change.Previous! with { Version = change.Version });
        }
    }

    private void Add(string type, StoredObject item) => AddLine(type, json =>
    {
        form.WriteOne(json, item, new ListMeta(item.Version), withColumns: !_hasColumns);
        _hasColumns = true;
    });

    private void AddBookmark(long version, bool isInitialEnd) => AddLine("BOOKMARK", json =>
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, form.Form switch { ObjectForm.Table => "Table", ObjectForm.Metadata => "PartialObjectMetadata", _ => selection.Resource.Kind });
        json.WriteString("apiVersion"u8, form.Form == ObjectForm.Whole ? selection.Resource.ApiVersion : "meta.k8s.io/v1");
        json.WriteStartObject("metadata"u8);
        json.WriteString("resourceVersion"u8, version.ToString(CultureInfo.InvariantCulture));
        if (isInitialEnd)
        {
            json.WriteStartObject("annotations"u8);
            json.WriteString("k8s.io/initial-events-end"u8, "true"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void AddError(long version, long current) => AddLine("ERROR", json => json.WriteRawValue(new ApiStatus
    {
        Code = 410,
        Reason = "Expired",
        Message = string.Create(CultureInfo.InvariantCulture, $"too old resource version: {version} ({current})"),
    }.ToJson()));

    private void AddLine(string type, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(_buffer, ServerJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WritePropertyName("object"u8);
            write(json);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
    }
}
