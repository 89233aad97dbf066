using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>
/// One connection to a directory server: requests one after the other, each answered before the next (RFC 4511). Written for Muster because
/// content synchronization (RFC 4533) needs the controls of single entries and the messages in between, which the runtime's library does not
/// give, and because certificates must be checked alike on every system. Every failure is an <see cref="LdapFault"/>. Not thread-safe.
/// </summary>
internal sealed class LdapConnection : IAsyncDisposable
{
    /// <summary>Parts of a sign-in.</summary>
    private const int MaximumRounds = 10;

    private readonly LdapEndpoint _endpoint;
    private readonly byte[] _head = new byte[6];
    private Stream _stream;
    private BufferedInput _input;
    private int _lastId;
    private bool _isBroken;

    private LdapConnection(LdapEndpoint endpoint, Stream stream)
    {
        _endpoint = endpoint;
        _stream = stream;
        _input = new BufferedInput(stream);
    }

    /// <summary>False after a failure of the connection itself: it can only be closed.</summary>
    public bool IsUsable => !_isBroken;

    /// <summary>Nobody on the way can read what is sent.</summary>
    public bool IsEncrypted => _stream is SslStream or SealedStream;

    /// <summary>Connects, and secures the connection as the endpoint says; nothing is sent in the clear before that.</summary>
    public static async Task<LdapConnection> ConnectAsync(LdapEndpoint endpoint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(endpoint.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        LdapConnection? connection = null;
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token).ConfigureAwait(false);
            connection = new LdapConnection(endpoint, new NetworkStream(socket, ownsSocket: true));
            if (endpoint.Security == LdapSecurity.StartTls)
            {
                var done = await connection.AskAsync(LdapWriter.StartTls, limit.Token).ConfigureAwait(false);
                if (done.Code != LdapCode.Success)
                {
                    throw new LdapFault($"The server '{endpoint}' refuses StartTLS: {new LdapFault(done).Message}.", false);
                }
            }

            if (endpoint.Security != LdapSecurity.None)
            {
                await connection.SecureAsync(limit.Token).ConfigureAwait(false);
            }

            return connection;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (connection is not null)
            {
                await connection._stream.DisposeAsync().ConfigureAwait(false);
            }

            throw failure switch
            {
                OperationCanceledException when !cancellationToken.IsCancellationRequested =>
                    new LdapFault($"The server '{endpoint}' did not answer within {endpoint.ConnectTimeout.TotalSeconds:0} seconds.", true, failure),
                SocketException or IOException => new LdapFault($"The server '{endpoint}' cannot be reached: {failure.Message}", true, failure),
                _ => failure,
            };
        }
    }

    /// <summary>Signs in by name and password; with neither, as nobody.</summary>
    public async Task BindAsync(string name, string password, CancellationToken cancellationToken)
    {
        if (name.Length > 0 && password.Length == 0)
        {
            // A name without password would be an anonymous bind that looks like a success (RFC 4513, 5.1.2).
            throw new LdapFault($"There is no password for '{name}'.", false);
        }

        var done = await AskAsync(id => LdapWriter.SimpleBind(id, name, password), cancellationToken).ConfigureAwait(false);
        if (done.Code != LdapCode.Success)
        {
            throw new LdapFault(done);
        }
    }

    /// <summary>Signs in by Negotiate, and encrypts from there on if that is wanted.</summary>
    public async Task NegotiateAsync(NegotiateSignIn signIn, CancellationToken cancellationToken)
    {
        var binding = (_stream as SslStream)?.TransportContext.GetChannelBinding(ChannelBindingKind.Endpoint);
        var context = signIn.Begin(binding);
        try
        {
            byte[]? challenge = null;
            for (var round = 0; round < MaximumRounds; round++)
            {
                var token = !signIn.IsSealed && context.IsAuthenticated && challenge is not null
                    ? NegotiateSignIn.DeclineLayers(context, challenge, _endpoint)
                    : signIn.Answer(context, challenge, _endpoint) ?? [];
                var done = await AskAsync(id => LdapWriter.SaslBind(id, signIn.Mechanism, token), cancellationToken).ConfigureAwait(false);
                if (done.Code is not (LdapCode.Success or LdapCode.SaslBindInProgress))
                {
                    throw new LdapFault(done);
                }

                challenge = done.Credentials;
                if (done.Code == LdapCode.Success)
                {
                    Finish(signIn, context, challenge);
                    context = null;
                    return;
                }
            }

            throw new LdapFault($"The server '{_endpoint}' does not come to an end with the sign-in by Negotiate.", false);
        }
        finally
        {
            context?.Dispose();
        }
    }

    /// <summary>The server has said yes; now it must be the one that was meant.</summary>
    private void Finish(NegotiateSignIn signIn, NegotiateAuthentication context, byte[]? challenge)
    {
        if (!context.IsAuthenticated && challenge is not null)
        {
            signIn.Answer(context, challenge, _endpoint);
        }

        if (!context.IsAuthenticated || !context.IsMutuallyAuthenticated)
        {
            throw new LdapFault($"The server '{_endpoint}' has not shown that it is the one that was meant.", false);
        }

        if (signIn.IsSealed)
        {
            Replace(new SealedStream(_stream, context));
        }
        else
        {
            context.Dispose();
        }
    }

    /// <summary>Sends a request and awaits its one answer, whatever its code.</summary>
    public async Task<LdapDone> AskAsync(Func<int, byte[]> request, CancellationToken cancellationToken)
    {
        var id = ++_lastId;
        var message = request(id);
        await SendAsync(message, cancellationToken).ConfigureAwait(false);
        return await ReceiveAsync(id, cancellationToken).ConfigureAwait(false) is LdapDone done && done.Operation == LdapWriter.OperationOf(message) + 1
            ? done
            : throw Broken($"The server '{_endpoint}' answered a request with something else than its result.", null);
    }

    /// <summary>
    /// The answers to a search in the order of their arrival; the last is an <see cref="LdapDone"/>, whatever its code. Whoever stops before
    /// it cannot use the connection any more.
    /// </summary>
    public async IAsyncEnumerable<LdapResponse> SearchAsync(LdapSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = ++_lastId;
        await SendAsync(LdapWriter.Search(id, search), cancellationToken).ConfigureAwait(false);
        var isEnded = false;
        try
        {
            while (!isEnded)
            {
                var response = await ReceiveAsync(id, cancellationToken).ConfigureAwait(false);
                isEnded = response switch
                {
                    LdapDone { Operation: LdapWriter.SearchEnd } => true,
                    LdapDone => throw Broken($"The server '{_endpoint}' answered a search with the result of something else.", null),
                    _ => false,
                };
                yield return response;
            }
        }
        finally
        {
            _isBroken |= !isEnded;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isBroken)
        {
            try
            {
                await _stream.WriteAsync(LdapWriter.Unbind(++_lastId)).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                // The server has closed it already.
            }
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (_endpoint.Trusted is { } trusted)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trusted);
        }

        var secured = new SslStream(_stream, leaveInnerStreamOpen: false);
        Replace(secured);
        try
        {
            var options = new SslClientAuthenticationOptions { TargetHost = _endpoint.Host, CertificateChainPolicy = policy };
            await secured.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException failure)
        {
            throw new LdapFault(
                $"The server '{_endpoint}' cannot be trusted: {failure.Message} Its certificate must be valid for the name '{_endpoint.Host}' and come from an authority that "
                + "this machine trusts, or that the setting 'TrustedCertificates' names.",
                false,
                failure);
        }
    }

    /// <summary>What comes from now on is encrypted: nothing that came before, and was not asked for, may pass for it.</summary>
    private void Replace(Stream stream)
    {
        if (!_input.IsEmpty)
        {
            throw new LdapFault($"The server '{_endpoint}', or somebody between, sent more than an answer before the connection was encrypted.", false);
        }

        _stream = stream;
        _input = new BufferedInput(stream);
    }

    private async Task SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (_isBroken)
        {
            throw new LdapFault($"The connection to the server '{_endpoint}' is lost.", true);
        }

        try
        {
            await _stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw Broken($"The connection to the server '{_endpoint}' is lost: {failure.Message}", failure);
        }
        catch (OperationCanceledException)
        {
            _isBroken = true;
            throw;
        }
    }

    private async Task<LdapResponse> ReceiveAsync(int expected, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_endpoint.RequestTimeout);
        try
        {
            var (id, response) = LdapReader.Read(await ReadMessageAsync(limit.Token).ConfigureAwait(false));
            if (id == expected)
            {
                return response;
            }

            throw Broken(
                id == 0 && response is LdapDone notice
                    ? $"The server '{_endpoint}' ends the connection: {new LdapFault(notice).Message}."
                    : $"The server '{_endpoint}' answered a request that was not made.",
                null);
        }
        catch (OperationCanceledException failure)
        {
            _isBroken = true;
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw Broken($"The server '{_endpoint}' did not answer within {_endpoint.RequestTimeout.TotalSeconds:0} seconds.", failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw Broken($"The connection to the server '{_endpoint}' is lost: {failure.Message}", failure);
        }
        catch (LdapFault)
        {
            _isBroken = true;
            throw;
        }
    }

    /// <summary>Reads one message. Memory is taken as octets arrive and not as the length promises them.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadMessageAsync(CancellationToken cancellationToken)
    {
        await _input.ReadExactlyAsync(_head.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        var headLength = 2;
        long length = _head[1];
        if (_head[1] >= 0x80)
        {
            var octets = _head[1] & 0x7f;
            if (octets is 0 or > 4)
            {
                throw new LdapFault($"The server '{_endpoint}' sent something that is not LDAP.", false);
            }

            await _input.ReadExactlyAsync(_head.AsMemory(2, octets), cancellationToken).ConfigureAwait(false);
            Span<byte> number = stackalloc byte[4];
            number.Clear();
            _head.AsSpan(2, octets).CopyTo(number[(4 - octets)..]);
            length = BinaryPrimitives.ReadUInt32BigEndian(number);
            headLength += octets;
        }

        if (_head[0] != 0x30 || length > _endpoint.MaximumMessage)
        {
            throw new LdapFault(
                _head[0] != 0x30
                    ? $"The server '{_endpoint}' sent something that is not LDAP."
                    : $"The server '{_endpoint}' sent a message of {length} octets; more than {_endpoint.MaximumMessage} are not taken.",
                false);
        }

        var message = new byte[headLength + (int)Math.Min(length, 1 << 20)];
        _head.AsSpan(0, headLength).CopyTo(message);
        var filled = headLength;
        var end = headLength + (int)length;
        while (true)
        {
            await _input.ReadExactlyAsync(message.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            filled = message.Length;
            if (filled == end)
            {
                return message;
            }

            Array.Resize(ref message, (int)Math.Min(end, filled * 2L));
        }
    }

    private LdapFault Broken(string message, Exception? inner)
    {
        _isBroken = true;
        return new LdapFault(message, true, inner);
    }
}
