using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>
/// Policy files change under the server. Every answer is of one policy that was whole on the disk, and in the end of the last.
/// <c>AUTHZSIM_FAULT_ROUNDS</c> says how many times as long the storm goes on as by default.
/// </summary>
public sealed class ReloadTests(ITestOutputHelper output) : IDisposable
{
    private const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private const int Clients = 4;

    private readonly TemporaryFolder _folder = new();

    private static TimeSpan Length { get; } = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("AUTHZSIM_FAULT_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? 6 * rounds : 6);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_storm_of_changes_never_shows_half_a_policy_nor_two()
    {
        var policies = Policies();
        await using var server = await StartAsync();
        using var end = new CancellationTokenSource();
        var asking = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => AskUntil(server, policies, end.Token))).ToList();

        var changes = Change(policies, new Random(20261125));
        var broken = policies.Break();
        using var client = server.NewClient();
        await ServeProcess.Until(async () => (await Ready(client)).Contains($"{broken}:", StringComparison.Ordinal), "a broken file is not refused");
        policies.Rename();
        await ServeProcess.Until(async () => (await Ask(client, "pods")).Binding == PolicyGenerations.BindingOf(policies.Begun), "the last policy is not served");
        await end.CancelAsync();
        var answers = await Task.WhenAll(asking);

        await ServeProcess.Until(async () => (await Ready(client)).Contains("[+]policy-reload ok", StringComparison.Ordinal), "it is served but not said to be");
        var (taken, refused) = (await Metric(client, "success"), await Metric(client, "failure"));
        output.WriteLine($"{changes} changes under {answers.Sum(a => a.Count)} answers of {answers.Max(a => a.Policies)} policies: {taken} taken, {refused} refused");
        Assert.InRange(answers.Max(a => a.Policies), 1, taken + 1);
        Assert.True(refused >= 1, "nothing was refused");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_taken_as_soon_as_it_can_and_costs_nothing_meanwhile()
    {
        var policies = Policies();
        await using var server = await StartAsync();
        using var client = server.NewClient();
        var path = Path.Combine(_folder["policy"], "1-bindings.yaml");

        policies.Rename();
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await ServeProcess.Until(async () => (await Ready(client)).Contains($"{path}: cannot read the file", StringComparison.Ordinal), "the file was read");
            Assert.Equal(PolicyGenerations.BindingOf(0), (await Ask(client, "pods")).Binding);
            using var process = Process.GetProcessById(server.Id);
            var (before, waiting) = (process.TotalProcessorTime, Stopwatch.StartNew());
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            process.Refresh();
            var share = (process.TotalProcessorTime - before) / waiting.Elapsed;
            Assert.True(share < 0.5, $"it waits with {share:p0} of a processor");
            Assert.Equal(1, await Metric(client, "failure"));
        }

        await ServeProcess.Until(async () => (await Ask(client, "pods")).Binding == PolicyGenerations.BindingOf(1), "the file is not read again");
        await ServeProcess.Until(async () => (await Ready(client)).Contains("[+]policy-reload ok", StringComparison.Ordinal), "it is served but not said to be");
    }

    [Fact]
    public async Task Standard_input_is_kept_when_files_beside_it_change()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh here");
        var policies = Policies();
        await using var server = await ServeProcess.StartAsync(
            _folder["."], ["-f", "-", "-f", _folder["policy"]], "sh", "-c", "input=$1; shift; exec \"$@\" <\"$input\"", "sh", CommandLine.ReadPods);
        using var client = server.NewClient();
        Assert.Equal("read-pods-binding", (await Ask(client, "pods", "myuser")).Binding);

        policies.Rename();

        await ServeProcess.Until(async () => (await Ask(client, "pods")).Binding == PolicyGenerations.BindingOf(1), "the change is not served");
        Assert.Equal("read-pods-binding", (await Ask(client, "pods", "myuser")).Binding);
    }

    private PolicyGenerations Policies()
    {
        Directory.CreateDirectory(_folder["policy"]);
        var policies = new PolicyGenerations(_folder["policy"]);
        policies.Rewrite();
        return policies;
    }

    private Task<ServeProcess> StartAsync() => ServeProcess.StartAsync(_folder["."], ["-f", _folder["policy"]]);

    /// <summary>Changes the files in every way, mostly faster than anybody could read them; gives back how often.</summary>
    private static int Change(PolicyGenerations policies, Random random)
    {
        var changes = 0;
        for (var running = Stopwatch.StartNew(); running.Elapsed < Length; changes++)
        {
            var pause = TimeSpan.FromMilliseconds(random.Next(40));
            switch (changes % 5)
            {
                case 0: policies.WriteByHalves(pause); break;
                case 1: policies.Rename(); break;
                case 2: policies.Rewrite(); break;
                case 3: policies.DeleteAndRemake(pause); break;
                default: policies.Break(); break;
            }

            // Now and then there is time to take one; in turn it is each kind of change that the quiet comes after.
            Thread.Sleep(changes % 6 == 0 ? 800 : random.Next(30));
        }

        return changes;
    }

    private static async Task<(int Count, int Policies)> AskUntil(ServeProcess server, PolicyGenerations policies, CancellationToken end)
    {
        using var client = server.NewClient();
        HashSet<int> seen = [];
        var (count, last) = (0, 0);
        while (!end.IsCancellationRequested)
        {
            var resource = count++ % 2 == 0 ? "pods" : "secrets";
            var (binding, answer) = await Ask(client, resource);
            if (binding is null)
            {
                var at = policies.Now;
                await Task.Delay(1000, CancellationToken.None);
                Assert.True(policies.MayBeBroken(at), $"of no whole policy: {answer}");
                continue;
            }

            var generation = int.Parse(binding.Split('-')[1], CultureInfo.InvariantCulture);
            Assert.Equal(PolicyGenerations.BindingOf(generation) + (resource == "pods" ? "" : "-secrets"), binding);
            Assert.InRange(generation, last, policies.Begun);
            last = generation;
            seen.Add(generation);
        }

        return (count, seen.Count);
    }

    /// <summary>The binding by which a user may get a resource, and the whole answer.</summary>
    private static async Task<(string? Binding, string Answer)> Ask(HttpClient client, string resource, string user = "u")
    {
        var (code, review) = await ServeProcess.SendAsync(client, HttpMethod.Post, Reviews, new JsonObject
        {
            ["spec"] = new JsonObject { ["user"] = user, ["resourceAttributes"] = new JsonObject { ["verb"] = "get", ["resource"] = resource, ["namespace"] = "default" } },
        });
        var answer = review.ToJsonString();
        Assert.True(code == 201, answer);
        return ((bool)review["status"]!["allowed"]! ? ((string)review["status"]!["reason"]!).Split('"')[1] : null, answer);
    }

    private static async Task<string> Ready(HttpClient client)
    {
        var (code, text) = await ServeProcess.SendAsync(client, HttpMethod.Get, "/readyz?verbose");
        Assert.Equal(((string)text!).Contains("[-]", StringComparison.Ordinal) ? 500 : 200, code);
        return (string)text!;
    }

    private static async Task<int> Metric(HttpClient client, string result)
    {
        var (_, text) = await ServeProcess.SendAsync(client, HttpMethod.Get, "/metrics");
        var line = ((string)text!).Split('\n').Single(l => l.StartsWith($"authzsim_policy_reloads_total{{result=\"{result}\"}} ", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }
}
