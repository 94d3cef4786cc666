using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthzSim.Bench.Servers;

/// <summary>What there would be without a policy: an endpoint that parses the body and answers with as many bytes as a review has.</summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private BareServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<BareServer> StartAsync(X509Certificate2 certificate, byte[] answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(new IPEndPoint(IPAddress.Loopback, 0), listen => listen.UseHttps(certificate)));
        var application = builder.Build();
        application.Run(async http =>
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            http.Response.StatusCode = document.RootElement.ValueKind == JsonValueKind.Object ? StatusCodes.Status201Created : StatusCodes.Status400BadRequest;
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
        });
        await application.StartAsync();
        return new BareServer(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
