using System.ComponentModel;
using System.Diagnostics;

namespace AuthzSim.Authentication.Tests.Certificates;

/// <summary>The openssl command in a folder of its own: an issuer that shares no code with us.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authzsim-openssl");

    public OpenSsl() => Assert.SkipUnless(IsInstalled(), "openssl is not on the PATH");

    public byte[] Read(string file) => File.ReadAllBytes(PathOf(file));

    public void Write(string file, string text) => File.WriteAllText(PathOf(file), text);

    public void Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {error}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private bool IsInstalled()
    {
        try
        {
            using var process = Start(["version"]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("openssl", arguments)
    {
        WorkingDirectory = _folder.FullName,
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    })!;
}
