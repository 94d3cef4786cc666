using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthzSim.Analysis;
using AuthzSim.Formats;
using AuthzSim.Formats.Answers;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.WhatIf;

/// <summary>
/// Who gains and loses what by edits of the policy that is served: the answer of <c>diff -f POLICY --apply --delete</c>. The body
/// is the manifests to apply, or <c>{"apply": manifests or their text, "delete": ["rolebinding/shop/x"]}</c>.
/// </summary>
internal static class DiffQuestion
{
    private static readonly UserInfo _editor = new() { Name = "kubernetes-admin", Groups = [RbacNames.SystemMasters] };

    /// <summary>The answer in the form that <c>output</c> asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="before">The policy that is served.</param>
    /// <param name="today">The day that exceptions are looked at.</param>
    /// <exception cref="WhatIfException">A parameter or the body is wrong.</exception>
    public static (string ContentType, string Text) Answer(ApiRequest request, ReadOnlyMemory<byte> body, PolicySet before, DateOnly today)
    {
        var asked = new QuestionParameters(request, ["output"]);
        var output = asked["output"];
        if (output is not ("" or "json" or "markdown" or "text" or "html"))
        {
            throw new WhatIfException($"parameter output: expected json, markdown, text or html, not {output}");
        }

        var report = Compare(request, body, before, today);
        if (output is "" or "json")
        {
            return (ApiResponse.Json, Encoding.UTF8.GetString(ServerJson.Written(json => DiffJson.Of(report).WriteTo(json)).Span) + "\n");
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        switch (output)
        {
            case "markdown":
                DiffMarkdown.Write(report, text);
                return ("text/markdown; charset=utf-8", text.ToString());
            case "html":
                DiffHtml.Write(report, text);
                return ("text/html; charset=utf-8", text.ToString());
            default:
                DiffText.Write(report, text);
                return (ApiResponse.PlainText, text.ToString());
        }
    }

    private static DiffReport Compare(ApiRequest request, ReadOnlyMemory<byte> body, PolicySet before, DateOnly today)
    {
        var (manifests, deletions) = EditsOf(body);
        var applied = manifests.IsEmpty ? PolicySet.Empty : Load(manifests, request.Aborted);
        if (!PolicyEdit.TryMake(before, applied, manifests.IsEmpty ? [] : ["the request's body"], deletions, out var edit, out var problem))
        {
            throw new WhatIfException($"delete: {problem}");
        }

        return new DiffReport
        {
            Diff = AssessedDiff.Of(PolicyDiff.Compute(before, edit.After, []), edit.After, [], today),
            Before = "the policy that is served",
            After = edit.Title,
            Refused = edit.Refusals(before, _editor, new UntilAborted(request.Aborted)),
        };
    }

    /// <summary>What a body asks for; one that is no such object is manifests as a whole.</summary>
    private static (ReadOnlyMemory<byte> Manifests, ImmutableArray<PolicyChange> Deletions) EditsOf(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new WhatIfException("body: it is empty; send the manifests to apply, or {\"apply\": \"...\", \"delete\": [\"clusterrolebinding/x\"]}");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && !root.TryGetProperty("kind", out _) && !root.TryGetProperty("apiVersion", out _)
                ? EditsOf(root)
                : (body, []);
        }
        catch (JsonException)
        {
            return (body, []);
        }
        catch (InvalidOperationException e)
        {
            throw new WhatIfException($"body: {e.Message}", e);
        }
    }

    private static (ReadOnlyMemory<byte> Manifests, ImmutableArray<PolicyChange> Deletions) EditsOf(JsonElement edits)
    {
        ReadOnlyMemory<byte> manifests = default;
        ImmutableArray<PolicyChange> deletions = [];
        foreach (var member in edits.EnumerateObject())
        {
            switch (member.Name, member.Value.ValueKind)
            {
                case ("apply", JsonValueKind.String):
                    manifests = Encoding.UTF8.GetBytes(member.Value.GetString()!);
                    break;
                case ("apply", JsonValueKind.Object):
                    manifests = Encoding.UTF8.GetBytes(member.Value.GetRawText());
                    break;
                case ("apply", JsonValueKind.Array):
                    manifests = Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"List","items":{{member.Value.GetRawText()}}}""");
                    break;
                case ("delete", JsonValueKind.Array):
                    deletions = [.. member.Value.EnumerateArray().Select(DeletionOf)];
                    break;
                case ("apply" or "delete", JsonValueKind.Null):
                    break;
                case ("apply", _):
                    throw new WhatIfException("apply: manifests are needed, or a text that has them");
                case ("delete", _):
                    throw new WhatIfException("delete: a list is needed, such as [\"clusterrolebinding/x\"]");
                default:
                    throw new WhatIfException($"{member.Name}: expected manifests, or an object of apply and delete");
            }
        }

        return manifests.IsEmpty && deletions.IsEmpty ? throw new WhatIfException("body: it asks for no edit") : (manifests, deletions);
    }

    private static PolicyChange DeletionOf(JsonElement item, int index)
    {
        if (item.ValueKind != JsonValueKind.String)
        {
            throw new WhatIfException($"delete[{index}]: expected TYPE/NAME as a text");
        }

        return PolicyChange.TryParseDeletion(item.GetString()!, "", out var deletion, out _)
            ? deletion
            : throw new WhatIfException($"delete[{index}]: expected TYPE/NAME or TYPE/NAMESPACE/NAME, such as clusterrolebinding/ops or rolebinding/shop/readers");
    }

    private static PolicySet Load(ReadOnlyMemory<byte> manifests, CancellationToken cancellationToken)
    {
        if (PolicySnapshot.IsSnapshot(manifests.Span))
        {
            throw new WhatIfException("body: manifests as YAML or JSON are needed, and this is a snapshot");
        }

        using var stream = new MemoryStream(manifests.ToArray(), writable: false);
        try
        {
            return PolicyLoader.Load(
                ["-"], new PolicyLoadOptions { IncludeDefaultPolicy = false, StandardInput = stream, CancellationToken = cancellationToken }).Policy;
        }
        catch (PolicyFormatException e)
        {
            throw new WhatIfException(string.Join("\n", e.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(20).Select(Words)), e);
        }
    }

    private static string Words(Diagnostic problem) => problem.Location is { IsKnown: true, Line: > 0 } at
        ? $"line {at.Line}, column {at.Column}: {problem.Message}"
        : $"body: {problem.Message}";

    /// <summary>Many edits of a large policy take long; when nobody waits for the answer any more they are looked at no further.</summary>
    private sealed class UntilAborted(CancellationToken aborted) : IProgress<long>
    {
        public void Report(long value) => aborted.ThrowIfCancellationRequested();
    }
}
