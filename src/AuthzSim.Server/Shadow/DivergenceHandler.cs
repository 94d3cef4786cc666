using AuthzSim.Audit;
using AuthzSim.Formats;
using AuthzSim.Formats.Audit;
using AuthzSim.Server.Requests;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Shadow;

/// <summary>
/// <c>GET /authzsim/v1/divergences</c>, and <c>POST /audit</c>: the audit webhook of an API server, whose requests are put to the
/// candidate (upstream, the caller: <c>k8s.io/apiserver/plugin/pkg/audit/webhook</c>).
/// </summary>
/// <param name="divergences">What the candidate decides otherwise; null without a candidate.</param>
internal sealed class DivergenceHandler(Divergences? divergences) : IRequestHandler
{
    public const string ListPath = "/authzsim/v1/divergences";
    public const string AuditPath = "/audit";

    /// <summary>Bytes; upstream sends batches of up to 10 MiB (<c>--audit-webhook-truncate-max-batch-size</c>).</summary>
    public const int MaxAuditLength = 16 << 20;

    private static readonly ApiStatus _noCandidate = new()
    {
        Code = StatusCodes.Status404NotFound,
        Reason = "NotFound",
        Message = "there is no other policy to compare with: start the server with --candidate",
    };

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest && request.Info.Path is (ListPath or AuditPath);

    public Task HandleAsync(ApiRequest request)
    {
        var isList = request.Info.Path == ListPath;
        if (isList ? !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) : !HttpMethods.IsPost(request.Method))
        {
            return request.AnswerAsync(ServerStatuses.MethodNotAllowed);
        }

        return divergences is null ? request.AnswerAsync(_noCandidate)
            : isList ? request.AnswerAsync(StatusCodes.Status200OK, divergences.WriteTo)
            : TakeAsync(request, divergences);
    }

    /// <summary>Takes all events of a body or none, so that a server that sends them again has none counted twice.</summary>
    private static async Task TakeAsync(ApiRequest request, Divergences divergences)
    {
        if (await request.ReadBodyAsync(MaxAuditLength).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        List<AuditEvent> events;
        try
        {
            events = Read(body);
        }
        catch (PolicyFormatException e)
        {
            var problem = e.Diagnostics[0];
            await request.AnswerAsync(ApiStatuses.BadRequest($"line {problem.Location.Line}, column {problem.Location.Column}: {problem.Message}")).ConfigureAwait(false);
            return;
        }

        divergences.Compare(events);
        await request.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("events"u8, events.Count);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static List<AuditEvent> Read(ReadOnlyMemory<byte> body)
    {
        // A zipped log may be any size unzipped; a webhook sends none.
        if (body.Span is [0x1f, 0x8b, ..])
        {
            throw new PolicyFormatException([new Diagnostic(new("body", 1, 1), DiagnosticSeverity.Error, DiagnosticCodes.Encoding, "this is not JSON text")]);
        }

        using var stream = new MemoryStream(body.ToArray(), writable: false);
        return [.. new AuditLogReader(["-"], new AuditLogOptions { StandardInput = stream }).Read()];
    }
}
